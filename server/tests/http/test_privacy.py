"""What people may ask about their data, through the door: a copy, an end, its taking back, consent, a photo."""

from __future__ import annotations

import asyncio
import dataclasses
import io
import json
import zipfile
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from outlay import joining
from outlay.identity import people
from outlay.kernel import limits
from outlay.privacy import exports, inventory, retention
from outlay.privacy.book_files import safe
from outlay.settings import Settings
from outlay.store.columns import metadata
from outlay.store.engine import Store
from outlay.store.errors import StoreError
from outlay.store.read import Read
from sites import Site, Somebody, site_of, world
from stores import Clock, import_tables

DAY_MS = 86_400_000
HOUR_MS = 3_600_000


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def picture(size: tuple[int, int] = (900, 600), kind: str = "JPEG") -> bytes:
    from PIL import Image

    made = Image.new("RGB", size, (10, 120, 90))
    exif = Image.Exif()
    exif[0x010E] = "Rendezvous at home"  # ImageDescription
    out = io.BytesIO()
    made.save(out, kind, exif=exif)
    return out.getvalue()


async def send_photo(site: Site, who: Somebody, data: bytes, kind: str = "image/jpeg") -> httpx.Response:
    headers = {"content-type": kind}
    return await site.ask("PUT", "/api/v1/users/me/photo", who, content=data, headers=headers)


async def erase(site: Site, who: Somebody, **body: Any) -> httpx.Response:
    return await site.ask("DELETE", "/api/v1/users/me", who, json=body)


# The photo


async def test_a_photo_is_drawn_anew_small_and_seen_by_members_only(site: Site) -> None:
    from PIL import Image

    owner, friend, stranger = [await site.person() for _ in range(3)]
    book = await site.book(owner, viewer=friend)
    assert code(await site.ask("GET", "/api/v1/users/me/photo", owner)) == (404, "photo_not_found")
    assert (await send_photo(site, owner, picture())).status_code == 204
    kept = (await site.ask("GET", "/api/v1/users/me/photo", owner)).content
    assert Image.open(io.BytesIO(kept)).size == (limits.PHOTO_SIDE, limits.PHOTO_SIDE)
    assert b"Rendezvous" not in kept
    at = f"/api/v1/books/{book}/members/{owner.id}/photo"
    assert (await site.ask("GET", at, friend)).content == kept
    assert code(await site.ask("GET", at, stranger)) == (404, "book_not_found")
    own = f"/api/v1/books/{await site.book(stranger)}/members/{owner.id}/photo"
    assert code(await site.ask("GET", own, stranger)) == (404, "photo_not_found")
    members = (await site.get(f"/api/v1/books/{book}/members", friend))["items"]
    assert [member["photo_at_ms"] for member in members] == [site.store.clock(), None]
    stored = await site.store.read(lambda read: read.all("SELECT image FROM photo"))
    assert kept not in bytes(stored[0][0])
    assert (await site.ask("DELETE", "/api/v1/users/me/photo", owner)).status_code == 204
    assert code(await site.ask("GET", at, friend)) == (404, "photo_not_found")


async def test_what_is_no_picture_is_refused(site: Site) -> None:
    who = await site.person()
    assert code(await send_photo(site, who, b"GIF89a", "image/gif")) == (415, "media_type_unsupported")
    assert code(await send_photo(site, who, b"<svg/>")) == (422, "file_type")
    assert code(await send_photo(site, who, picture()[:900])) == (422, "file_damaged")


# Erasure


async def test_an_erasure_waits_and_can_be_taken_back(site: Site, clock: Clock) -> None:
    who = await site.person("Ana")
    book = await site.book(who)
    wanted = {"name": "a script", "scopes": ["read"]}
    program = (await site.ask("POST", "/api/v1/auth/tokens", who, json=wanted)).json()["token"]
    by_program = {"authorization": f"Bearer {program}"}
    assert (await site.ask("GET", "/api/v1/books", headers=by_program)).status_code == 200
    asked = await erase(site, who)
    assert (await site.ask("GET", "/api/v1/books", headers=by_program)).status_code == 401
    assert asked.json() == {
        "erase_at_ms": clock.now_ms + 14 * DAY_MS,
        "books_erased": [{"id": book, "name": "My book", "new_owner_id": None}],
        "books_kept": [],
    }
    assert code(await site.ask("GET", "/api/v1/users/me", who)) == (401, "session_ended")
    clock.advance(14 * DAY_MS - 1)
    assert await joining.erase_due(site.store) == 0
    back = await site.again(who)
    assert (await site.get("/api/v1/users/me", back))["erase_at_ms"] == clock.now_ms + 1
    assert (await site.ask("DELETE", "/api/v1/users/me/erasure", back)).status_code == 204
    clock.advance(DAY_MS)
    assert await joining.erase_due(site.store) == 0
    assert (await site.get("/api/v1/users/me/erasure", await site.again(who)))["erase_at_ms"] is None


async def test_when_the_day_has_come_nothing_of_them_is_left(site: Site, clock: Clock) -> None:
    at = await world(site)
    owner = at.owner
    copied = (await site.ask("POST", "/api/v1/users/me/exports", owner)).json()
    await made(site, owner)
    file = exports.path_of(site.rooms.exports_folder, owner.id, copied["id"])
    assert file.is_file()
    asked = await erase(site, owner, hand_over={at.book_id: at.editor.id})
    assert [(b["id"], b["new_owner_id"]) for b in asked.json()["books_kept"]] == [(at.book_id, at.editor.id)]
    clock.advance(14 * DAY_MS)
    assert await joining.erase_due(site.store) == 1
    await retention.look_after(site.store, site.rooms.exports_folder)
    assert not file.exists()
    with pytest.raises(StoreError, match="no data key"):
        await site.store.read(lambda read: exports.key_of(read, owner.id))
    # What was written in the shared book stays, under an id that leads to nobody.
    await site.store.finish_erasures()
    left = await site.store.read(lambda read: traces_of(read, owner.id))
    assert left <= {("history", "person_id"), ("device", "person_id"), ("import", "person_id"),
                    ("sync_conflict", "person_id"), ("sync_conflict", "kept_person_id")}  # fmt: skip
    back = await site.again(at.editor)
    members = await site.get(f"/api/v1/books/{at.book_id}/members", back)
    assert owner.id in members["erased"]
    roles = {member["person_id"]: member["role"] for member in members["items"]}
    assert roles[at.editor.id] == "owner"
    assert owner.id not in roles


async def test_receipts_are_mailed_when_it_is_asked_for_and_when_it_is_done(site: Site, clock: Clock) -> None:
    who, quiet = await site.person("Ana"), await site.person("Pemberton")
    await site.book(who)
    assert (await site.get("/api/v1/users/me/erasure", who))["days"] == 14
    await erase(site, who)
    await site.rooms.mail.sent()
    (asked,) = site.mails()
    assert asked["To"] == who.email
    day = datetime.fromtimestamp(clock.now_ms / 1000 + 14 * 86_400, UTC).date().isoformat()
    for part in asked.iter_parts():
        assert day in part.get_content()
        assert f"{site.rooms.origin}/sign-in" in part.get_content()
    clock.advance(14 * DAY_MS)
    site.rooms.wake()
    while len(site.mails()) < 2:
        await asyncio.sleep(0.02)
    assert (site.mails()[1]["To"], site.mails()[1]["Subject"]) == (who.email, "Your account was deleted")
    site.rooms.settings = dataclasses.replace(site.rooms.settings, erase_days=0)
    back = await site.again(quiet)
    assert (await site.get("/api/v1/users/me/erasure", back))["days"] == 0
    await erase(site, back)
    await site.rooms.mail.sent()
    done = site.mails()[-1]
    assert (done["To"], done["Subject"]) == (quiet.email, "Your account was deleted")
    assert all("Pemberton" not in part.get_content() for part in done.iter_parts())
    assert len(site.mails()) == 3


def traces_of(read: Read, person_id: str) -> set[tuple[str, str]]:
    """Every (table, column) of the whole database that holds the id."""
    return {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        if read.value(
            f'SELECT COUNT(*) FROM "{table.name}" WHERE CAST("{column.name}" AS TEXT) = :id', id=person_id
        )
    }


async def test_a_sole_owner_says_who_takes_over(site: Site, clock: Clock) -> None:
    owner, viewer, editor, stranger = [await site.person() for _ in range(4)]
    book = await site.book(owner, viewer=viewer, editor=editor)
    refused = await erase(site, owner)
    assert code(refused) == (409, "last_owner")
    assert refused.json()["params"]["books"] == [book]
    wrong = await erase(site, owner, hand_over={book: stranger.id})
    assert code(wrong) == (404, "person_not_found")
    assert (await erase(site, owner, hand_over={book: viewer.id})).status_code == 200
    # Whoever was named has gone meanwhile: the one who may write follows.
    at = f"/api/v1/books/{book}/members/{viewer.id}"
    assert (await site.ask("DELETE", at, viewer)).status_code == 204
    clock.advance(14 * DAY_MS)
    assert await joining.erase_due(site.store) == 1
    items = (await site.get(f"/api/v1/books/{book}/members", await site.again(editor)))["items"]
    assert [(item["person_id"], item["role"]) for item in items] == [(editor.id, "owner")]


# The copy


async def made(site: Site, who: Somebody) -> dict[str, Any]:
    """The copy that was asked for, once it is there: asking wakes whoever makes it."""
    while True:
        found: dict[str, Any] = (await site.get("/api/v1/users/me/exports", who))["items"][0]
        if found["status"] not in ("waiting", "working"):
            return found
        await asyncio.sleep(0.01)


async def copy_of(site: Site, who: Somebody) -> tuple[str, httpx.Response]:
    """Asks, makes, and downloads: the link and the answer."""
    asked = await site.ask("POST", "/api/v1/users/me/exports", who)
    assert asked.status_code == 201
    found = await made(site, who)
    assert (found["status"], found["progress"]) == ("done", 100)
    link = await site.ask("POST", f"/api/v1/users/me/exports/{found['id']}/link", who)
    url = link.json()["url"]
    return url, await site.ask("GET", url)


async def test_a_copy_holds_everything_and_no_secret(site: Site) -> None:
    at = await world(site)
    photo = await send_photo(site, at.owner, picture())
    assert photo.status_code == 204
    url, answer = await copy_of(site, at.owner)
    assert answer.status_code == 200
    assert int(answer.headers["content-length"]) == len(answer.content)
    held = zipfile.ZipFile(io.BytesIO(answer.content))
    assert held.testzip() is None
    names = set(held.namelist())
    assert {"README.txt", "person.json", "photo.jpg", "books/My book/book.json",
            "books/My book/transactions.csv", "books/My book/my-changes.json"} <= names  # fmt: skip
    person = json.loads(held.read("person.json"))
    assert person["person"][0]["email"] == at.owner.email
    assert {"session", "person_book", "export", "consent"} <= person.keys()
    for secret in inventory.SECRETS:
        assert f'"{secret}"' not in held.read("person.json").decode()
    changes = json.loads(held.read("books/My book/my-changes.json"))
    count = await site.store.read(
        lambda read: read.value("SELECT COUNT(*) FROM history WHERE person_id = :id", id=at.owner.id)
    )
    assert len(changes) == count > 0
    assert json.loads(held.read("books/My book/book.json"))["transaction"]
    # One link, one download.
    assert code(await site.ask("GET", url)) == (404, "export_not_found")


async def test_a_copy_is_noise_on_the_disk_and_goes_after_two_days(site: Site, clock: Clock) -> None:
    who = await site.person("Ana")
    await site.book(who)
    await copy_of(site, who)
    folder = site.rooms.exports_folder
    [file] = folder.iterdir()
    assert b"PK" not in file.read_bytes()[:64]
    assert b"person.json" not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    clock.advance(limits.EXPORT_HOURS * HOUR_MS)
    await retention.remove_exports(site.store, folder)
    assert list(folder.iterdir()) == []
    assert (await site.get("/api/v1/users/me/exports", await site.again(who)))["items"] == []


async def test_a_copy_that_was_cut_or_changed_does_not_open(site: Site) -> None:
    who = await site.person()
    await site.book(who)
    await copy_of(site, who)
    from outlay.privacy import sealed

    [file] = site.rooms.exports_folder.iterdir()
    person_id, export_id, _ = file.name.split(".")
    key = await site.store.read(lambda read: exports.key_of(read, person_id))
    whole = file.read_bytes()
    assert b"".join(sealed.opened(file, key, exports.bound_to(person_id, export_id)))[:2] == b"PK"
    for other in (whole[:-1], whole[:40], whole[:-40] + bytes(40), bytes(16) + whole[16:]):
        file.write_bytes(other)
        with pytest.raises(StoreError, match="does not open"):
            list(sealed.opened(file, key, exports.bound_to(person_id, export_id)))


async def test_nobody_else_opens_a_copy(site: Site, clock: Clock) -> None:
    who, other = await site.person(), await site.person()
    await site.book(who)
    await copy_of(site, who)
    made = (await site.get("/api/v1/users/me/exports", who))["items"][0]["id"]
    assert (await site.get("/api/v1/users/me/exports", other))["items"] == []
    assert code(await site.ask("POST", f"/api/v1/users/me/exports/{made}/link", other)) == (
        404,
        "export_not_found",
    )
    url = (await site.ask("POST", f"/api/v1/users/me/exports/{made}/link", who)).json()["url"]
    for wrong in (url[:-1], url + "x", url.replace(who.id, other.id)):
        assert code(await site.ask("GET", wrong)) == (404, "export_not_found")
    clock.advance(exports.LINK_MS)
    assert code(await site.ask("GET", url)) == (404, "export_not_found")
    # Somebody who has not proved lately who they are gets neither.
    later = await site.again(who)
    clock.advance(limits.CONFIRMED_MINUTES * 60_000 + 1)
    assert code(await site.ask("POST", "/api/v1/users/me/exports", later)) == (403, "step_up_required")


async def test_receipts_come_along(site: Site) -> None:
    at = await world(site)
    import hashlib

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (20, 20)).save(out, "PNG")
    data = out.getvalue()
    sha = hashlib.sha256(data).hexdigest()
    sent = await site.ask(
        "PUT", f"/api/v1/files/{sha}", at.owner, content=data, headers={"content-type": "image/png"}
    )
    assert sent.status_code == 200, sent.text
    await site.make(
        "/api/v1/receipts",
        at.owner,
        {
            "transaction_id": at.ids["transaction"], "sha256": sha, "media_type": "image/png", "size": len(data),
            "name": "bill.png",
        },
    )  # fmt: skip
    _, answer = await copy_of(site, at.owner)
    held = zipfile.ZipFile(io.BytesIO(answer.content))
    assert held.read("books/My book/receipts/2026-01-10 bill.png") == data
    assert "a.png" in held.read("books/My book/receipts/missing.txt").decode()


# Consent


async def test_nothing_is_agreed_to_before_somebody_says_so(site: Site, clock: Clock) -> None:
    who = await site.person()
    at = "/api/v1/users/me/consents"
    off = {"items": [{"kind": "analytics", "granted": False, "at_ms": None}]}
    assert await site.get(at, who) == off
    first = clock.now_ms
    assert (await site.ask("PUT", at, who, json={"analytics": True})).json()["items"][0]["granted"]
    clock.advance(1000)
    assert (await site.ask("PUT", at, who, json={"analytics": True})).json()["items"][0]["at_ms"] == first
    clock.advance(1000)
    taken = (await site.ask("PUT", at, who, json={"analytics": False})).json()["items"][0]
    assert (taken["granted"], taken["at_ms"]) == (False, first + 2000)
    count = await site.store.read(lambda read: read.value("SELECT COUNT(*) FROM consent"))
    assert count == 2, "each decision stays on record"


# What is kept, and how long


def test_every_column_says_whose_it_is_and_every_table_of_people_is_in_a_copy() -> None:
    import_tables()
    for table in metadata.tables.values():
        for column in table.columns:
            assert column.info.get("owner") in ("person", "book", "none"), f"{table.name}.{column.name}"
    tables = people.tables_of_people()
    assert {"person", "login", "session", "photo", "export", "consent", "erasure", "credential"} <= set(
        tables
    )
    assert ("history", "person_id") in inventory.traces()


async def test_what_is_over_goes_when_its_days_are_over(site: Site, clock: Clock) -> None:
    at = await world(site)
    assert {limit.table for limit in retention.LIMITS} >= {"session", "invitation", "security_event"}
    clock.advance(limits.INVITATION_DAYS * DAY_MS + limits.ENDED_INVITATION_DAYS * DAY_MS - 1)
    await retention.look_after(site.store, site.rooms.exports_folder)
    assert await count_of(site, "invitation") == 2  # one was taken, one never
    clock.advance(400 * DAY_MS)
    await retention.look_after(site.store, site.rooms.exports_folder)
    assert [await count_of(site, name) for name in ("invitation", "session", "refresh_token")] == [0, 0, 0]
    assert await count_of(site, "person") > 0
    assert at.book_id


async def count_of(site: Site, table: str) -> int:
    found: int = await site.store.read(lambda read: read.value(f'SELECT COUNT(*) FROM "{table}"'))
    return found


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", " =1", "\uff1d1", "--5", "\r\n=1"]
)
def test_no_cell_is_run_by_a_spreadsheet(cell: str) -> None:
    assert safe(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-1.50", "-3", "12", "Coffee", "a=b", ""])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert safe(cell) == cell


async def test_a_server_that_stops_while_a_copy_is_made_stops(store: Store, settings: Settings) -> None:
    """And the next one makes it anew."""
    async with site_of(store, settings) as site:
        at = await world(site)
        assert (await site.ask("POST", "/api/v1/users/me/exports", at.owner)).status_code == 201
        while (await site.get("/api/v1/users/me/exports", at.owner))["items"][0]["status"] == "waiting":
            await asyncio.sleep(0)
    store.clock.advance(exports.LEASE_MS + 1)  # type: ignore[attr-defined]  # the test's clock
    async with site_of(store, settings) as site:
        assert (await made(site, await site.again(at.owner)))["status"] == "done"
