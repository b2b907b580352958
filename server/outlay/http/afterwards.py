"""What is done after an answer, so that no answer's time tells whether there was something to do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from outlay.notify.outgoing import Outgoing

Work = Callable[[], Awaitable[None]]


class Afterwards(Outgoing[Work]):
    """One thing after another, in the order of asking. Whoever asks puts the same for known and unknown, and the work
    itself finds out. What fails is not tried again. Made inside the event loop."""

    def __init__(self) -> None:
        super().__init__("afterwards", lambda work: work(), waits_s=())
