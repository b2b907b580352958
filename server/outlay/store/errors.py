"""What can go wrong in the store that is not a refusal of the caller's data."""


class StoreError(Exception):
    """The database cannot be opened, read or written; the sentence says what to do."""


class ConnectionLost(StoreError):
    """The database went away in the middle. Callers see the refusal `unavailable`."""


class Duplicate(Exception):
    """A UNIQUE or primary key constraint was violated; nothing of the write was kept."""
