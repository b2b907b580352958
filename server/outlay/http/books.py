"""Books and their members."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

import msgspec
from litestar import Request, Response, delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter

from outlay import joining
from outlay.http.nouns import IdempotencyKey, alter, plain, set_op
from outlay.http.rooms import Access, Caller, Rooms, address_of
from outlay.http.security import need_recent, still_in
from outlay.http.session import BookMembership
from outlay.http.shapes import Country, Id, Moment, Name
from outlay.identity import books, events, invitations, people, photos
from outlay.identity.rules import Role
from outlay.kernel.ids import is_id
from outlay.kernel.refusal import Refusal
from outlay.store.read import Read
from outlay.store.write import Tx
from outlay.sync import devices

RoleName = Annotated[
    Literal["owner", "editor", "viewer"],
    msgspec.Meta(description="owner: everything; editor: read and write; viewer: read."),
]
BookId = Annotated[str, PathParameter(description="A book's id.")]


class BookList(msgspec.Struct, kw_only=True):
    """The caller's books, the first one being meant where none is named."""

    items: list[BookMembership]


class NewBook(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """With `id` the book was made on a device and stays empty until that device pushes."""

    id: Id | None = None
    name: Name | None = None
    base_currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$", examples=["EUR"])] = "EUR"
    language: Annotated[str, msgspec.Meta(max_length=10)] = "en"
    country: Country | None = None


class BookChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Another name."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]


class Member(msgspec.Struct, kw_only=True):
    """Somebody who may use the book. Name and address are shown to the other members."""

    person_id: Id
    name: str | None
    email: str | None
    role: RoleName
    joined_at_ms: Moment
    photo_at_ms: Moment | None


class MemberList(msgspec.Struct, kw_only=True):
    """Members, the first to join at the front. `erased`: people who wrote in the book and are no more; what was known
    of their names is to be forgotten."""

    items: list[Member]
    erased: list[Id]


class RoleChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The role that a member shall have."""

    role: RoleName


@get("/books", tags=["books"], summary="List books")
async def list_books(rooms: NamedDependency[Rooms], caller: NamedDependency[Caller]) -> BookList:
    """Every book that the caller is a member of."""
    found = await rooms.store.read(lambda read: joining.books_of(read, caller.person_id))
    if caller.only_book_id is not None:
        found = [book for book in found if book["id"] == caller.only_book_id]
    return BookList(items=[BookMembership(**book) for book in found])


@post("/books", tags=["books"], summary="Make a book")
async def create_book(
    rooms: NamedDependency[Rooms], caller: NamedDependency[Caller], data: JSONBody[NewBook]
) -> Response[BookMembership]:
    """A new book that the caller owns, with the usual categories. Refuses `book_exists`, `too_many_books`."""
    book_id = await joining.new_book(
        rooms.store,
        person_id=caller.person_id,
        book_id=data.id,
        name=data.name,
        base_currency=data.base_currency,
        language=data.language,
        country=data.country,
    )
    return Response(
        await _one(rooms, caller, book_id), status_code=201, headers={"location": f"/api/v1/books/{book_id}"}
    )


@get("/books/{book_id:str}", tags=["books"], summary="Read a book")
async def read_book(
    rooms: NamedDependency[Rooms], caller: NamedDependency[Caller], book_id: BookId
) -> BookMembership:
    """One book of the caller. Refuses `book_not_found`, `book_deleted`."""
    await door_of(rooms, caller, book_id).read(lambda read: None)
    return await _one(rooms, caller, book_id)


@patch("/books/{book_id:str}", tags=["books"], summary="Rename a book")
async def change_book(
    rooms: NamedDependency[Rooms],
    caller: NamedDependency[Caller],
    book_id: BookId,
    data: JSONBody[BookChange],
    idempotency_key: IdempotencyKey = None,
) -> BookMembership:
    """The name is one of its settings; the others are under /settings."""
    await alter(
        door_of(rooms, caller, book_id),
        "settings",
        book_id,
        lambda step, row: set_op("settings", row, {"name": data.name}),
        plain("settings"),
        key=idempotency_key,
        if_match=None,
    )
    return await _one(rooms, caller, book_id)


@delete("/books/{book_id:str}", tags=["books"], summary="Erase a book")
async def delete_book(
    rooms: NamedDependency[Rooms], caller: NamedDependency[Caller], book_id: BookId
) -> None:
    """Erases everything in it, for good and for every member. Owners only. Refuses `step_up_required`."""
    door = door_of(rooms, caller, book_id)
    await door.read(lambda read: None, to="share")
    await need_recent(rooms, caller)

    def erase(tx: Tx, _: Role) -> None:
        still_in(tx, caller)
        joining.erase_book(tx)

    await door.write(erase, to="share")
    rooms.first_books.clear()


@get("/books/{book_id:str}/members", tags=["books"], summary="List members")
async def list_members(
    rooms: NamedDependency[Rooms], caller: NamedDependency[Caller], book_id: BookId
) -> MemberList:
    """Who uses the book."""

    def look(read: Read) -> MemberList:
        return MemberList(items=_members(read, book_id), erased=devices.of_erased(read, book_id))

    return await door_of(rooms, caller, book_id).read(look)


@put("/books/{book_id:str}/members/{person_id:str}", tags=["books"], summary="Change a member's role")
async def put_member(
    rooms: NamedDependency[Rooms],
    caller: NamedDependency[Caller],
    book_id: BookId,
    person_id: Annotated[str, PathParameter(description="A person's id.")],
    data: JSONBody[RoleChange],
) -> Member:
    """Gives a member another role. Owners only. Refuses `person_not_found`, `last_owner`, and `step_up_required` before
    somebody becomes an owner."""
    door = door_of(rooms, caller, book_id)
    role = await door.read(lambda read: books.role_of(read, book_id, person_id), to="share")
    if role is None:
        raise Refusal("person_not_found", field="person_id")
    if data.role == "owner":
        await need_recent(rooms, caller)
    return await _set_role(rooms, door, person_id, data.role)


@delete("/books/{book_id:str}/members/{person_id:str}", tags=["books"], summary="Remove a member")
async def delete_member(
    rooms: NamedDependency[Rooms],
    caller: NamedDependency[Caller],
    book_id: BookId,
    person_id: Annotated[str, PathParameter(description="A person's id; one's own to leave.")],
    request: Request[Any, Any, Any],
) -> None:
    """Ends a membership: owners anybody's, everybody their own. Refuses `person_not_found`, `last_owner`."""
    own = person_id == caller.person_id

    def leave(tx: Tx, _: Role) -> str:
        still_in(tx, caller)
        if not books.leave(tx, book_id=book_id, person_id=person_id):
            raise Refusal("person_not_found", field="person_id")
        invitations.forget(tx, book_id, person_id)
        books.moved(tx)
        return joining.name_of(tx, book_id)

    name = await door_of(rooms, caller, book_id).write(leave, to="read" if own else "share")
    rooms.forget_books(person_id)

    def note(tx: Tx) -> None:
        # whose log it is must not learn from where somebody else asked
        place = {"session_id": caller.session_id, "address": address_of(request)} if own else {}
        kind = "book_left" if own else "member_removed"
        events.note(tx, person_id=person_id, kind=kind, detail=name or None, **place)

    await rooms.store.write_people(note)


def door_of(rooms: Rooms, caller: Caller, book_id: str) -> Access:
    """The door to the book of a path. Refuses `book_not_found`."""
    if not is_id(book_id):
        raise Refusal("book_not_found", field="book_id")
    return Access(rooms, caller, book_id)


async def _one(rooms: Rooms, caller: Caller, book_id: str) -> BookMembership:
    found = await rooms.store.read(lambda read: joining.books_of(read, caller.person_id))
    for book in found:
        if book["id"] == book_id:
            return BookMembership(**book)
    raise Refusal("book_not_found", field="book_id")


async def _set_role(rooms: Rooms, door: Access, person_id: str, role: Any) -> Member:
    def join(tx: Tx, _: Role) -> None:
        still_in(tx, door.caller)
        books.join(tx, book_id=door.book_id, person_id=person_id, role=role)
        books.moved(tx)

    await door.write(join, to="share")
    rooms.forget_books(person_id)
    members = await rooms.store.read(lambda read: _members(read, door.book_id))
    return next(member for member in members if member.person_id == person_id)


def _members(read: Read, book_id: str) -> list[Member]:
    rows = books.members(read, book_id)
    known = people.get_many(read, [row["person_id"] for row in rows])
    seen = photos.changed(read, [row["person_id"] for row in rows])
    return [
        Member(
            person_id=row["person_id"],
            name=known[row["person_id"]]["name"] if row["person_id"] in known else None,
            email=known[row["person_id"]]["email"] if row["person_id"] in known else None,
            role=row["role"],
            joined_at_ms=row["joined_at_ms"],
            photo_at_ms=seen.get(row["person_id"]),
        )
        for row in rows
    ]


ROUTES: Final = [
    list_books,
    create_book,
    read_book,
    change_book,
    delete_book,
    list_members,
    put_member,
    delete_member,
]
