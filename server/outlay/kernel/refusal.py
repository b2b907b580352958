"""A refusal: what people get wrong, with a code from the closed list in spec/refusals.json.

A refusal is both a value (rules return it) and an exception (commands raise it).
It knows nothing of HTTP: the status, the class and the sentence of a code are data.
"""

from typing import Any


class Refusal(Exception):
    """`code` from spec/refusals.json; `field` is the document's field it is about, or None;
    `detail` says in one English sentence what was wrong with this very value;
    `params` are the numbers and names that a client may show in its own language."""

    def __init__(self, code: str, field: str | None = None, detail: str = "", **params: Any) -> None:
        super().__init__(code, field, detail)
        self.code = code
        self.field = field
        self.detail = detail
        self.params = params

    def __str__(self) -> str:
        where = f" ({self.field})" if self.field else ""
        return f"{self.code}{where}{': ' + self.detail if self.detail else ''}"

    def __repr__(self) -> str:
        return f"Refusal({self.code!r}, {self.field!r}, {self.detail!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Refusal) and (self.code, self.field) == (other.code, other.field)

    def __hash__(self) -> int:
        return hash((self.code, self.field))
