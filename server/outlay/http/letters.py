"""The mails with links that the routes send: made, kept as challenges and handed to the outgoing mail.

A link carries its token behind `#`, so that it stands in no log and no Referer, and leads to where this server says
that it is, never to what a request calls it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from outlay import joining
from outlay.http.rooms import Rooms
from outlay.identity import challenges, keys, people
from outlay.kernel import limits
from outlay.notify.mail import Mail
from outlay.store.write import Tx

DAY_MINUTES: Final = 1440
NAME_MOST: Final = 60
_LINKING: Final = re.compile(r"[.:/\\@#<>\x00-\x1f\u2024\u3002\uff0e\uff61]+")
"""What makes a name an address of a page or a person: programs that show mails make links of those."""


async def send_confirmation(
    rooms: Rooms, *, person_id: str, email: str, language: str, before: Callable[[Tx], None] = lambda tx: None
) -> None:
    """Sends a link that proves that the address is the person's. Older ones of theirs count no more. `before` may
    refuse it in the transaction."""
    secret = challenges.link_secret()

    def make(tx: Tx) -> str:
        before(tx)
        challenges.forget(tx, person_id=person_id, purpose="email")
        return challenges.make(
            tx,
            rooms.server_keys,
            purpose="email",
            subject_key=keys.login_key(rooms.server_keys, email),
            secret=secret,
            minutes=limits.CONFIRM_DAYS * DAY_MINUTES,
            person_id=person_id,
            address=email,
        )

    token = challenges.link_token(await rooms.store.write_people(make), secret)
    values = {"link": f"{rooms.origin}/confirm#{token}", "days": str(limits.CONFIRM_DAYS)}
    await rooms.mail.send(to=email, kind="confirm", language=language, values=values)


async def send_reset(rooms: Rooms, *, email: str) -> None:
    """Sends a link to a new password to the address that the account has. For an address that nobody has the same
    is done, and nothing sent: whose it is, is read after the answer."""
    secret = challenges.link_secret()
    login_key = keys.login_key(rooms.server_keys, email)

    def make(tx: Tx) -> tuple[str, str]:
        person_id = people.find(tx, rooms.server_keys, email)
        challenge_id = challenges.make(
            tx,
            rooms.server_keys,
            purpose="reset",
            subject_key=login_key,
            secret=secret,
            minutes=limits.RESET_MINUTES,
            person_id=person_id,
        )
        return challenge_id, person_id or people.NOBODY

    challenge_id, person_id = await rooms.store.write_people(make)

    async def send() -> None:
        person = await rooms.store.read(lambda read: people.get(read, person_id))
        if person is not None and person["email"] is not None:
            link = f"{rooms.origin}/reset#{challenges.link_token(challenge_id, secret)}"
            values = {"link": link, "minutes": str(limits.RESET_MINUTES)}
            await rooms.mail.send(
                to=person["email"], kind="reset", language=person["language"], values=values
            )

    rooms.afterwards.put(send)


async def send_invitation(rooms: Rooms, *, email: str, token: str, book_id: str, by: str) -> None:
    """Sends the link of an invitation, in the language of whoever invites: nothing is asked about the address."""
    person, book = await rooms.store.read(lambda read: (people.get(read, by), joining.name_of(read, book_id)))
    name = (person["name"] if person else None) or ""
    values = {
        "link": f"{rooms.origin}/join#{token}",
        "name": spoken(name) or "Outlay",
        "book": spoken(book) or "Outlay",
        "days": str(limits.INVITATION_DAYS),
    }
    language = person["language"] if person else "en"
    await rooms.mail.send(to=email, kind="invitation", language=language, values=values)


async def send_deletion_done(mail: Mail, gone: joining.Gone) -> None:
    """The receipt when it is done, and the last mail to the address."""
    await mail.send(to=gone.email, kind="deletion_done", language=gone.language, values={})


async def send_deletion_asked(rooms: Rooms, *, email: str, language: str, due_ms: int) -> None:
    """The receipt of a wish to be erased: when, and how it is taken back."""
    values = {"link": f"{rooms.origin}/sign-in", "day": day_of(due_ms)}
    await rooms.mail.send(to=email, kind="deletion_asked", language=language, values=values)


def spoken(name: str) -> str:
    """A name that strangers chose, for a mail to somebody who knows neither: short, and never a link."""
    return " ".join(_LINKING.sub(" ", name).split())[:NAME_MOST].strip()


def day_of(at_ms: int) -> str:
    """ISO 8601, in UTC: read alike in every language."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).date().isoformat()
