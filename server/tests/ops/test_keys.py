"""`outlay keys`: copies of the key store, and a new master key, also one that is interrupted anywhere."""

from __future__ import annotations

import json
import math
import os
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from outlay.ops.cli import main
from outlay.store import StoreError, backup
from outlay.store.key_store import KeyStore
from system.process import Outlay

PASSWORD = "correct horse battery"
Run = Callable[..., Result]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def outlay(data: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs one command on a data folder of this test; the exit code must be the expected one."""
    for name in [n for n in os.environ if n.startswith("OUTLAY_") and not n.startswith("OUTLAY_TEST_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("OUTLAY_DATA_DIR", str(data))

    def run(*args: str, code: int = 0, stdin: str | None = None) -> Result:
        result = CliRunner().invoke(main, args, input=stdin, catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result

    run("user", "add", "ana@example.com", "--name", "Ana Unmistakable", "--password-stdin", stdin=PASSWORD)
    return run


def people(outlay: Run) -> str:
    return outlay("user", "list").output


def test_a_new_master_key(outlay: Run, data: Path, tmp_path: Path) -> None:
    before = (data / "master.key").read_text()
    outlay("backup", str(tmp_path / "older"))
    outlay("keys", "backup", str(tmp_path / "older-keys"))
    assert "Destroy it together" in outlay("keys", "rotate").output
    after = (data / "master.key").read_text()
    assert after != before
    assert not (data / "master.key.next").exists()
    assert (data / "master.key").stat().st_mode & 0o077 == 0
    [former] = data.glob("master.key.before-*")
    assert former.read_text() == before
    assert "Ana Unmistakable" in people(outlay)
    old, new = (bytes.fromhex(text.strip()) for text in (before, after))
    for file, purpose in ((data / "outlay.db", "sqlcipher"), (data / "keys.db", "sqlcipher-keys")):
        with pytest.raises(backup.Damaged), backup._opened(file, [old], purpose=purpose):
            pass
        with backup._opened(file, [new], purpose=purpose) as raw:
            assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    # Copies that were made with the former key are brought under the new one, while its file is there.
    outlay("user", "add", "ben@example.com", "--password-stdin", stdin=PASSWORD)
    outlay("restore", str(tmp_path / "older"))
    assert "ben" not in people(outlay)
    outlay("keys", "restore", str(tmp_path / "older-keys"))
    former.unlink()
    assert "Ana Unmistakable" in people(outlay)
    assert "does not open" in outlay("restore", str(tmp_path / "older"), code=3).output


@pytest.mark.parametrize("at", ["rewrap", "keys.db", "outlay.db", "finish"])
def test_a_change_that_was_interrupted_goes_on(
    outlay: Run, data: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    rekey = backup.rekey

    def cut_off(file: Path, *args: object) -> None:
        if file.name == at:
            raise StoreError("cut off")
        rekey(file, *args)  # type: ignore[arg-type]

    def fail(*_: object) -> None:
        raise StoreError("cut off")

    with monkeypatch.context() as patch:
        patch.setattr(backup, "rekey", cut_off)
        if at == "rewrap":
            patch.setattr(KeyStore, "rewrap", fail)
        if at == "finish":
            patch.setattr("outlay.store.master.finish_change", fail)
        assert "cut off" in outlay("keys", "rotate", code=3).output
    assert (data / "master.key.next").exists()
    assert "Ana Unmistakable" in people(outlay), "half done, everything opens"
    outlay("user", "add", "ben@example.com", "--password-stdin", stdin=PASSWORD)
    following = (data / "master.key.next").read_text()
    outlay("keys", "rotate")
    assert (data / "master.key").read_text() == following
    assert "ben@example.com" in people(outlay)
    for former in data.glob("master.key.before-*"):
        former.unlink()
    assert "Ana Unmistakable" in people(outlay)


def test_a_key_store_on_another_disk(
    outlay: Run, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "disk").mkdir()
    (data / "keys.db").rename(tmp_path / "disk" / "keys.db")
    monkeypatch.setenv("OUTLAY_KEYS_URL", (tmp_path / "disk" / "keys.db").as_uri())
    outlay("keys", "rotate")
    assert "Ana Unmistakable" in people(outlay)
    assert not (data / "keys.db").exists()


def test_a_running_server_is_not_touched(outlay: Run, data: Path) -> None:
    with Outlay.started(data):
        assert "in use" in outlay("keys", "rotate", code=3).output
        assert "Ana Unmistakable" in people(outlay)
    outlay("keys", "rotate")


def test_a_key_of_the_environment(outlay: Run, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = (data / "master.key").read_text().strip(), "ab" * 32
    (data / "master.key").unlink()
    monkeypatch.setenv("OUTLAY_MASTER_KEY", new)
    assert "key" in outlay("user", "list", code=3).output
    assert "OUTLAY_MASTER_KEY_FORMER" in outlay("keys", "rotate", code=3).output
    monkeypatch.setenv("OUTLAY_MASTER_KEY_FORMER", old)
    assert "Ana Unmistakable" in people(outlay)
    outlay("keys", "rotate")
    monkeypatch.delenv("OUTLAY_MASTER_KEY_FORMER")
    assert "Ana Unmistakable" in people(outlay)


def test_new_data_keys(outlay: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outlay.store.keyring.FRESH_S", 0.05)
    outlay("keys", "rotate", "--data", code=2)
    outlay("keys", "rotate", "--all", code=2)
    assert "no key" in outlay("keys", "rotate", "--data", "--person", "nobody", code=1).output
    before = json.loads(outlay("keys", "list", "--json").output)
    assert {row["number"] for row in before} == {1}
    assert len(before) == 3
    said = outlay("keys", "rotate", "--data", "--all").output
    assert "sealed anew" in said
    after = json.loads(outlay("keys", "list", "--json").output)
    assert len(after) == 6
    assert all((row["retired_at_ms"] is None) == (row["number"] == 2) for row in after)
    assert "retired 20" in outlay("keys", "list").output
    assert "Ana Unmistakable" in people(outlay)
    assert outlay("check").exit_code == 0


def test_copies_of_the_key_store_do_not_pile_up(outlay: Run, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    (folder / "keys-20200101T000000Z.db").write_bytes(b"old")
    (folder / "mine.db").write_bytes(b"stays")
    assert "1 older copies were deleted" in outlay("keys", "backup", str(folder)).output
    [copy, mine] = sorted(folder.iterdir())
    assert mine.name == "mine.db"
    assert copy.stat().st_mode & 0o077 == 0
    assert "exists already" in outlay("keys", "backup", str(copy), code=3).output
    assert "no folder" in outlay("keys", "backup", str(tmp_path / "none" / "x"), code=3).output


def test_a_lost_key_store_comes_back_from_its_copy(outlay: Run, data: Path, tmp_path: Path) -> None:
    outlay("keys", "backup", str(tmp_path / "copy"))
    for file in data.glob("keys.db*"):
        file.unlink()
    assert "key store of this database is missing" in outlay("user", "list", code=3).output
    assert "3 keys are there" in outlay("keys", "restore", str(tmp_path / "copy")).output
    assert "Ana Unmistakable" in people(outlay)


def test_every_file_and_every_copy_is_noise(outlay: Run, data: Path, tmp_path: Path) -> None:
    """What somebody sees who copies the data folder without master.key, or steals a backup."""
    outlay("backup", str(tmp_path / "stolen.db"))
    outlay("keys", "backup", str(tmp_path / "stolen-keys.db"))
    with Outlay.started(data):  # so that there are logs
        outlay(
            "user", "add", "ben@example.com", "--name", "Ben Unmistakable", "--password-stdin", stdin=PASSWORD
        )
        copies = tmp_path / "copied"
        copies.mkdir()
        for file in [*data.glob("outlay.db*"), *data.glob("keys.db*")]:
            if not file.name.endswith("-shm"):  # page numbers, no content
                shutil.copyfile(file, copies / file.name)
    files = [*copies.iterdir(), tmp_path / "stolen.db", tmp_path / "stolen-keys.db"]
    assert {"outlay.db", "outlay.db-wal", "keys.db", "keys.db-wal"} <= {file.name for file in files}
    master = (data / "master.key").read_text().strip()
    words = [
        "SQLite format 3", "CREATE TABLE", "kept_key", "Unmistakable", "ana@example.com", "ben@example.com", master,
        "password", "argon2",
    ]  # fmt: skip
    for file in files:
        content = file.read_bytes()
        assert len(content) >= 4096, file.name
        for word in words:
            for form in (word.encode(), word.lower().encode(), word.encode("utf-16-le")):
                assert form not in content, f"{word} in {file.name}"
        assert bytes.fromhex(master) not in content
        # A log has headers of its own in the open, 24 bytes before each page (https://sqlite.org/walformat.html).
        pages = content if not file.name.endswith("-wal") else _pages(content)
        assert is_noise(pages), file.name
    assert not is_noise(b"SQLite format 3\0" + bytes(8192))
    assert not is_noise(json.dumps(list(range(4000))).encode())


def _pages(log: bytes) -> bytes:
    size = int.from_bytes(log[8:12], "big")
    return b"".join(log[at + 24 : at + 24 + size] for at in range(32, len(log), 24 + size))


def is_noise(content: bytes) -> bool:
    """Every byte as often as any other: chi-squared with 255 degrees of freedom, where 255 is expected, the deviation
    is 22.6, and more than 8 of those come by chance in less than one file of a trillion."""
    expected = len(content) / 256
    counts = Counter(content)
    found = sum((counts[byte] - expected) ** 2 / expected for byte in range(256))
    return abs(found - 255) < 8 * math.sqrt(2 * 255)
