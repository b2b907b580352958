"""A backup, a restore, and a device that had gone on meanwhile: what it still has comes back, once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from outlay.kernel.ids import uuid7
from outlay.store import backup as files
from outlay.store.errors import StoreError
from postgres import binary
from system.process import Outlay

OUTLAY = Path(sys.executable).with_name("outlay")
PERSON = {"email": "ana@example.com", "password": "correct horse battery"}
Row = dict[str, Any]


def new_id(n: int) -> str:
    return uuid7(1_768_478_400_000 + n, os.urandom(10))


class Device:
    """What a device remembers of its book: its own changes in order, with their ids."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=f"{url}/api/v1", timeout=120)
        self.id, self.book_id, self.epoch, self.changes = new_id(0), "", "", list[Row]()

    def sign_in(self, path: str = "/auth/sign-in", **more: str) -> None:
        answer = self.http.post(path, json={**PERSON, **more})
        answer.raise_for_status()
        self.http.headers["authorization"] = f"Bearer {answer.json()['access_token']}"
        book = answer.json()["books"][0]
        self.book_id, self.epoch = book["id"], book["epoch"]

    def change(self, entity: str, **fields: Any) -> Row:
        op = {"e": entity, "id": new_id(len(self.changes)), "k": "create", "f": fields}
        self.changes.append(
            {"mid": new_id(len(self.changes)), "base": 0, "made_at": 1, "name": "test", "ops": [op]}
        )
        return op

    def expense(self, account_id: str, amount: int) -> None:
        self.change(
            "transaction", kind="expense", day="2026-01-15", account_id=account_id, amount_minor=amount,
            currency="EUR", rate="1", base_minor=amount, base_currency="EUR", to_account_id=None,
            to_amount_minor=None, to_currency=None, lines=[{"category_id": None, "amount_minor": amount}],
        )  # fmt: skip

    def push(self, first: int = 1) -> httpx.Response:
        mutations = [{"seq": n, **each} for n, each in enumerate(self.changes, 1) if n >= first]
        body = {
            "epoch": self.epoch, "device": self.id, "schema": 1, "sent_at": 2, "cursor": "0:", "last_ack": 0,
            "limit": 1000, "mutations": mutations,
        }  # fmt: skip
        return self.http.post("/sync/push", params={"book": self.book_id}, json=body)

    def amounts(self) -> list[int]:
        items = self.http.get("/transactions", params={"book": self.book_id}).json()["items"]
        return sorted(each["amount_minor"] for each in items)


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Outlay]:
    url = None
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_database")()
    with Outlay.started(tmp_path / "data", url) as running:
        yield running


def run(server: Outlay, *args: str, code: int = 0, **environ: str) -> str:
    done = subprocess.run(
        [OUTLAY, *args], env=server.environ | environ, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


def copy(server: Outlay, target: Path) -> None:
    """A backup taken while the server runs."""
    url = server.environ.get("OUTLAY_DATABASE_URL")
    if url is None:
        run(server, "backup", str(target))
    else:
        assert "pg_dump" in run(server, "backup", str(target), code=3)
        subprocess.run([binary("pg_dump"), "--format=custom", f"--file={target}", url], check=True)


def go_back(server: Outlay, target: Path) -> None:
    """The database as it was when the backup was taken, as docs/operations.md says."""
    url = server.environ.get("OUTLAY_DATABASE_URL")
    if url is None:
        run(server, "restore", str(target))
        return
    assert "pg_restore" in run(server, "restore", str(target), code=3)
    subprocess.run([binary("pg_restore"), "--clean", "--if-exists", f"--dbname={url}", target], check=True)
    run(server, "restored")


@pytest.mark.proof("postgresql")
def test_what_a_device_still_has_comes_back_once(server: Outlay, tmp_path: Path) -> None:
    device = Device(server.url)
    device.sign_in("/auth/sign-up", book_id=new_id(0))
    device.change("settings", name="Home", base_currency="EUR")
    device.changes[0]["ops"][0]["id"] = device.book_id
    account = device.change("account", name="Purse", kind="cash", currency="EUR", opening_minor=0)["id"]
    device.expense(account, 100)
    before = device.push().json()
    assert [each["status"] for each in before["results"]] == ["ok"] * 3

    copy(server, tmp_path / "copy")
    device.expense(account, 200)
    assert device.push(first=4).json()["results"][0]["status"] == "ok"
    assert device.amounts() == [100, 200]
    server.stop()
    go_back(server, tmp_path / "copy")
    server.start()

    refused = device.push(first=4)
    assert (refused.status_code, refused.json()["code"]) == (409, "epoch")
    old = device.epoch
    device.sign_in()
    assert device.epoch != old
    assert device.amounts() == [100]
    device.id = new_id(9)
    after = device.push().json()
    assert [each["status"] for each in after["results"]] == ["ok"] * 4
    assert [each["ver"] for each in after["results"]][3] > before["results"][2]["ver"]
    assert device.amounts() == [100, 200]
    assert "no differences" in run(server, "check")


def test_a_copy_is_encrypted_and_whole(tmp_path: Path) -> None:
    with Outlay.started(tmp_path / "data") as server:
        device = Device(server.url)
        device.sign_in("/auth/sign-up", name="Ana Unmistakable")
        run(server, "backup", str(tmp_path / "copy"))
        assert "exists already" in run(server, "backup", str(tmp_path / "copy"), code=3)
        assert "in use" in run(server, "restore", str(tmp_path / "copy"), code=3)
        assert device.http.get("/books").status_code == 200
    data = (tmp_path / "copy").read_bytes()
    assert not data.startswith(b"SQLite")
    assert (tmp_path / "copy").stat().st_mode & 0o077 == 0
    raw = sqlcipher.connect(str(tmp_path / "copy"))
    with pytest.raises(sqlcipher.DatabaseError):
        raw.execute("SELECT count(*) FROM sqlite_master")
    raw.close()


@pytest.mark.proof
def test_what_cannot_be_restored_changes_nothing(tmp_path: Path) -> None:
    with Outlay.started(tmp_path / "data") as server:
        Device(server.url).sign_in("/auth/sign-up")
        run(server, "backup", str(tmp_path / "copy"))
    there = (tmp_path / "data" / "outlay.db").read_bytes()
    assert "could not be written" in run(server, "backup", str(tmp_path / "missing" / "copy"), code=3)
    (tmp_path / "copy-wal").write_bytes(b"more")
    assert "not the whole" in run(server, "restore", str(tmp_path / "copy"), code=3)
    (tmp_path / "copy-wal").unlink()
    (tmp_path / "noise").write_bytes(os.urandom(8192))
    assert "does not open" in run(server, "restore", str(tmp_path / "noise"), code=3)
    cut = (tmp_path / "copy").read_bytes()
    (tmp_path / "cut").write_bytes(cut[: len(cut) // 2 // 4096 * 4096])
    run(server, "restore", str(tmp_path / "cut"), code=3)
    assert (tmp_path / "data" / "outlay.db").read_bytes() == there
    assert not list((tmp_path / "data").glob("*restoring*"))
    elsewhere = {"OUTLAY_DATA_DIR": str(tmp_path / "elsewhere")}
    assert "key is missing" in run(server, "restore", str(tmp_path / "copy"), code=3, **elsewhere)
    elsewhere["OUTLAY_MASTER_KEY"] = (tmp_path / "data" / "master.key").read_text().strip()
    assert "key store of this database is missing" in run(
        server, "restore", str(tmp_path / "copy"), code=3, **elsewhere
    )
    assert "keys were written" in run(server, "keys", "backup", str(tmp_path / "keys"))
    assert "keys are there" in run(server, "keys", "restore", str(tmp_path / "keys"), **elsewhere)
    assert "1 book is back" in run(server, "restore", str(tmp_path / "copy"), **elsewhere)


def leftovers(data: Path) -> set[str]:
    return {each.name for each in data.glob("outlay.db*")}


@pytest.mark.proof
def test_a_log_without_its_database_does_not_spoil_the_restored_one(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with Outlay.started(data) as server:
        Device(server.url).sign_in("/auth/sign-up")
        run(server, "backup", str(tmp_path / "copy"))
        for end in ("-wal", "-shm"):
            (tmp_path / f"old{end}").write_bytes((data / f"outlay.db{end}").read_bytes())
    assert (tmp_path / "old-wal").stat().st_size
    (data / "outlay.db").unlink()
    for end in ("-wal", "-shm"):
        (data / f"outlay.db{end}").write_bytes((tmp_path / f"old{end}").read_bytes())
    (data / "outlay.db-journal").write_bytes(b"old")
    run(server, "restore", str(tmp_path / "copy"))
    assert leftovers(data) == {"outlay.db"}
    assert "no differences" in run(server, "check")


@pytest.mark.proof
def test_a_damaged_database_is_kept_and_replaced(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with Outlay.started(data) as server:
        Device(server.url).sign_in("/auth/sign-up")
        run(server, "backup", str(tmp_path / "copy"))
        sound = (data / "outlay.db").read_bytes()
        with (data / "outlay.db").open("r+b") as file:
            file.write(bytes(4096))
        assert "in use" in run(server, "restore", str(tmp_path / "copy"), code=3)
        with (data / "outlay.db").open("r+b") as file:
            file.write(sound[:4096])
    noise = os.urandom(8192)
    (data / "outlay.db").write_bytes(noise)
    (data / "outlay.db-wal").write_bytes(b"its log")
    run(server, "restore", str(tmp_path / "copy"))
    [kept] = data.glob("outlay.db.before-restore-*Z")
    assert kept.read_bytes() == noise
    assert kept.with_name(f"{kept.name}-wal").read_bytes() == b"its log"
    assert "no differences" in run(server, "check")


@pytest.mark.proof
def test_what_an_earlier_restore_kept_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "data"
    with Outlay.started(data) as server:
        run(server, "backup", str(tmp_path / "copy"))
    key = (bytes.fromhex((data / "master.key").read_text().strip()),)
    monkeypatch.setattr(
        "outlay.store.backup.time.gmtime", lambda: time.struct_time((2026, 1, 2, 3, 4, 5, 4, 2, 0))
    )
    file = data / "outlay.db"
    kept = files.replace(file, files.stage(tmp_path / "copy", file, key), key)
    assert kept == data / "outlay.db.before-restore-20260102T030405Z"
    before = kept.read_bytes(), file.read_bytes()
    with pytest.raises(StoreError, match="exists already"):
        files.replace(file, files.stage(tmp_path / "copy", file, key), key)
    assert (kept.read_bytes(), file.read_bytes()) == before
