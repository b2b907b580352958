"""Settings: what is refused, and that the list in docs/operations.md is whole."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from outlay.main import announcement, key_place
from outlay.settings import Settings, SettingsError, read_settings

DOCS = Path(__file__).parents[2] / "docs" / "operations.md"


def test_every_setting_is_documented() -> None:
    text = DOCS.read_text()
    for field in dataclasses.fields(Settings):
        assert f"`OUTLAY_{field.name.upper()}`" in text, field.name
        assert field.metadata["about"]


def test_the_environment_is_read() -> None:
    settings = read_settings(
        {
            "OUTLAY_PORT": "9000",
            "OUTLAY_DATA_DIR": "/data",
            "OUTLAY_RATE_LIMIT": "no",
            "OUTLAY_ALLOWED_ORIGINS": "https://a.example, https://b.example",
            "OUTLAY_DATABASE_URL": "",
            "OTHER": "x",
        }
    )
    assert (settings.port, settings.data_dir, settings.rate_limit) == (9000, Path("/data"), False)
    assert settings.allowed_origins == ("https://a.example", "https://b.example")
    assert settings.database_url is None
    assert read_settings({"OUTLAY_PORT": "9000"}, port=9001, host=None).port == 9001


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OUTLAY_PROT", "9000"),
        ("OUTLAY_PORT", "many"),
        ("OUTLAY_PORT", "70000"),
        ("OUTLAY_MASTER_KEY", "abc"),
        ("OUTLAY_DATABASE_URL", "mysql://x"),
        ("OUTLAY_SIGN_UP", "maybe"),
        ("OUTLAY_RATE_LIMIT", "perhaps"),
        ("OUTLAY_ALLOWED_ORIGINS", "*"),
        ("OUTLAY_PUBLIC_URL", "outlay.example"),
        ("OUTLAY_ACCESS_TOKEN_S", "0"),
        ("OUTLAY_KEYS_URL", "mysql://x"),
        ("OUTLAY_KEYS_URL", "file://host/keys.db"),
        ("OUTLAY_KEYS_RETENTION_DAYS", "0"),
        ("OUTLAY_KMS_KEY", "vault:x"),
        ("OUTLAY_MASTER_KEY_FORMER", "00"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read_settings({name: value})


def test_a_certificate_and_its_key_go_together() -> None:
    for given, missing in (("OUTLAY_TLS_KEY", "OUTLAY_TLS_CERT"), ("OUTLAY_TLS_CERT", "OUTLAY_TLS_KEY")):
        with pytest.raises(SettingsError, match=missing):
            read_settings({given: "/some.pem"})


def test_keys_may_not_lie_in_the_database_that_they_open() -> None:
    place = {"OUTLAY_DATABASE_URL": "postgresql://a:b@db.example/outlay"}
    same = "postgres://other@db.example:5432/outlay?sslmode=require"
    with pytest.raises(SettingsError, match="another database"):
        read_settings({**place, "OUTLAY_KEYS_URL": same})
    assert read_settings({**place, "OUTLAY_KEYS_URL": same.replace("/outlay", "/keys")}).keys_url


def test_the_key_store_has_a_place() -> None:
    for url, place in (
        (None, Path("/data/keys.db")),
        ("file:///other%20disk/keys.db", Path("/other disk/keys.db")),
        ("postgresql://a@db.example/keys", "postgresql://a@db.example/keys"),
    ):
        assert key_place(Settings(data_dir=Path("/data"), keys_url=url)) == place


def test_the_start_says_where_everything_is() -> None:
    text = announcement(Settings(data_dir=Path("/data")), "127.0.0.1", 8123)
    for part in ("http://127.0.0.1:8123", "/data/outlay.db", "/data/master.key", "Ctrl+C"):
        assert part in text
    assert "[::1]:8123" in announcement(Settings(), "::1", 8123)
    secret = announcement(Settings(database_url="postgresql://u:secret@h/d"), "127.0.0.1", 1)
    assert "secret" not in secret
    https = Settings(tls_cert=Path("/c.pem"), tls_key=Path("/k.pem"))
    assert https.secure
    assert "https://127.0.0.1:1\n" in announcement(https, "127.0.0.1", 1)
