"""Invitations to a book: made, listed and withdrawn by its owners; looked at and taken by whoever has the link."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter

from outlay import joining
from outlay.http import letters
from outlay.http.books import BookId, RoleName, door_of
from outlay.http.rooms import Access, Caller, Rooms, address_of
from outlay.http.security import need_proven, still_own
from outlay.http.session import OPEN, BookMembership
from outlay.http.shapes import EmailText, Id, Moment
from outlay.identity import events, invitations, keys, people, rules
from outlay.identity.rules import Role
from outlay.kernel.refusal import Refusal
from outlay.store.read import Read
from outlay.store.write import Tx


class NewInvitation(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What whoever takes it may do; with `email` the link is mailed there, and the address noted beside it."""

    role: RoleName
    email: EmailText | None = None


class Invitation(msgspec.Struct, kw_only=True):
    """One that can still be taken."""

    id: Id
    role: RoleName
    email: str | None
    made_by: str | None
    made_at_ms: Moment
    expires_at_ms: Moment


class InvitationMade(msgspec.Struct, kw_only=True):
    """The only time that the token is told: the link is the app's address with `/join#TOKEN`, so that the token is in
    no server's log."""

    invitation: Invitation
    token: str


class InvitationList(msgspec.Struct, kw_only=True):
    """Open invitations, the newest first."""

    items: list[Invitation]


class InvitationToken(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What stands behind the # of the link."""

    token: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]


class InvitationSeen(msgspec.Struct, kw_only=True):
    """What somebody with the link may know before they join."""

    book_name: str
    invited_by: str | None
    role: RoleName
    expires_at_ms: Moment


@post("/books/{book_id:str}/invitations", tags=["books"], summary="Invite somebody")
async def make_invitation(
    rooms: NamedDependency[Rooms],
    caller: NamedDependency[Caller],
    book_id: BookId,
    data: JSONBody[NewInvitation],
    request: Request[Any, Any, Any],
) -> Response[InvitationMade]:
    """A link that lets one person join within seven days; with `email` it is mailed, too, whether or not the address
    has an account. Owners only. Refuses `email_unconfirmed` (the caller's own), `email_malformed`,
    `too_many_invitations`, `rate_limited`."""
    await need_proven(rooms, caller)
    door = door_of(rooms, caller, book_id)
    email = rules.email(data.email) if data.email else None
    if email is not None:
        # who may not invite uses up nobody's count
        await door.role(to="share")
        await rooms.throttle.invitation(
            to=keys.login_key(rooms.server_keys, email),
            address=address_of(request),
            person_id=caller.person_id,
        )

    def make(tx: Tx, role: Role) -> tuple[dict[str, Any], str]:
        still_own(rooms, tx, caller)
        return invitations.make(tx, person_id=caller.person_id, role=data.role, email=email)

    row, token = await door.write(make, to="share")
    shown = await rooms.store.read(lambda read: _shown(read, [row]))
    if email is not None:
        await letters.send_invitation(rooms, email=email, token=token, book_id=book_id, by=caller.person_id)
    return Response(InvitationMade(invitation=shown[0], token=token), status_code=201)


@get("/books/{book_id:str}/invitations", tags=["books"], summary="List invitations")
async def list_invitations(
    rooms: NamedDependency[Rooms], caller: NamedDependency[Caller], book_id: BookId
) -> InvitationList:
    """Those that can still be taken. Owners only."""
    now_ms = rooms.clock()
    return await door_of(rooms, caller, book_id).read(
        lambda read: InvitationList(items=_shown(read, invitations.pending(read, book_id, now_ms))),
        to="share",
    )


@delete(
    "/books/{book_id:str}/invitations/{invitation_id:str}", tags=["books"], summary="Withdraw an invitation"
)
async def withdraw_invitation(
    rooms: NamedDependency[Rooms],
    caller: NamedDependency[Caller],
    book_id: BookId,
    invitation_id: Annotated[str, PathParameter(description="An invitation's id.")],
) -> None:
    """Its link opens nothing from then on. Owners only. Refuses `invitation_over`."""
    ended = await door_of(rooms, caller, book_id).write(
        lambda tx, role: invitations.withdraw(tx, invitation_id), to="share"
    )
    if not ended:
        raise Refusal("invitation_over")


@post(
    "/invitations/look",
    status_code=200,
    opt={"auth": True, "public": True},
    security=OPEN,
    tags=["books"],
    summary="Look at an invitation",
)
async def look_at_invitation(
    rooms: NamedDependency[Rooms], data: JSONBody[InvitationToken]
) -> InvitationSeen:
    """Who invites to which book, for whoever has the link. Refuses `invitation_over`: taken, withdrawn, too old, or
    never there."""
    now_ms = rooms.clock()

    def look(read: Read) -> InvitationSeen:
        row = invitations.look(read, data.token, now_ms)
        inviter = people.get(read, row["person_id"])
        return InvitationSeen(
            book_name=joining.name_of(read, row["book_id"]),
            invited_by=inviter["name"] if inviter else None,
            role=row["role"],
            expires_at_ms=row["expires_at_ms"],
        )

    return await rooms.store.read(look)


@post("/invitations/take", status_code=200, opt={"auth": True}, tags=["books"], summary="Take an invitation")
async def take_invitation(
    rooms: NamedDependency[Rooms],
    caller: NamedDependency[Caller],
    data: JSONBody[InvitationToken],
    request: Request[Any, Any, Any],
) -> BookMembership:
    """The caller joins the book, and the link has done its work. For a member nothing changes. Refuses
    `invitation_over`, `too_many_members`, `too_many_books`."""
    book_id = invitations.book_of(data.token)
    now_ms = rooms.clock()
    # Read first: a token of nonsense locks no book.
    await rooms.store.read(lambda read: invitations.look(read, data.token, now_ms))
    if await rooms.store.write(book_id, lambda tx: invitations.take(tx, data.token, caller.person_id)):
        await rooms.store.write_people(
            lambda tx: events.note(
                tx,
                person_id=caller.person_id,
                kind="invitation_taken",
                session_id=caller.session_id,
                address=address_of(request),
            )
        )
    rooms.forget_books(caller.person_id)
    found = await Access(rooms, caller, book_id).read(lambda read: joining.books_of(read, caller.person_id))
    return next(BookMembership(**book) for book in found if book["id"] == book_id)


def _shown(read: Read, rows: list[dict[str, Any]]) -> list[Invitation]:
    known = people.get_many(read, sorted({row["person_id"] for row in rows}))
    return [
        Invitation(
            id=row["id"],
            role=row["role"],
            email=row["email"],
            made_by=known[row["person_id"]]["name"] if row["person_id"] in known else None,
            made_at_ms=row["made_at_ms"],
            expires_at_ms=row["expires_at_ms"],
        )
        for row in rows
    ]


ROUTES: Final = [
    make_invitation,
    list_invitations,
    withdraw_invitation,
    look_at_invitation,
    take_invitation,
]
