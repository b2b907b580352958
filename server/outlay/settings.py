"""Every setting, read once from the environment by main (docs/operations.md lists them; a test compares).

One frozen object; nothing is read at import. What is wrong is refused at the start, with the name and a
sentence.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


class SettingsError(Exception):
    """A setting that cannot be used: `name` is the environment variable, the text says what is wrong."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(f"{name}: {text}")
        self.name = name


def _data_dir() -> Path:
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "outlay"


def _app_dir() -> Path:
    package = Path(__file__).resolve().parent
    inside = package / "app"
    return inside if inside.is_dir() else package.parent.parent / "app" / "build"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Field `x_y` is the environment variable `OUTLAY_X_Y`."""

    host: str = field(default="127.0.0.1", metadata={"about": "address to listen on"})
    port: int = field(default=8000, metadata={"about": "port to listen on; 0 takes a free one"})
    data_dir: Path = field(
        default_factory=_data_dir, metadata={"about": "folder of the encrypted database, the key and files"}
    )
    database_url: str | None = field(
        default=None,
        metadata={"about": "postgresql://… ; left out: an encrypted SQLite file in the data folder"},
    )
    master_key: str | None = field(
        default=None, metadata={"about": "64 hex digits; left out: the file master.key in the data folder"}
    )
    master_key_former: str | None = field(
        default=None,
        metadata={
            "about": "the key until now, 64 hex digits, while `outlay keys rotate` brings the new one in"
        },
    )
    kms_key: str | None = field(
        default=None,
        metadata={
            "about": "aws-kms:KEY or gcp-kms:projects/…/cryptoKeys/NAME : the service that encrypts the file master.key"
        },
    )
    keys_url: str | None = field(
        default=None,
        metadata={
            "about": "where the key store is: postgresql://… (a database of its own) or file:///…/keys.db ; left out: "
            "the file keys.db in the data folder"
        },
    )
    keys_retention_days: int = field(
        default=30,
        metadata={
            "about": "days after which copies of the key store, keys that were renewed and keys without data are "
            "destroyed"
        },
    )
    files_url: str | None = field(
        default=None,
        metadata={
            "about": "where receipts lie: s3://bucket/prefix, gs://…, az://… or file:///folder; left out: the folder "
            "files in the data folder"
        },
    )
    app_dir: Path = field(default_factory=_app_dir, metadata={"about": "folder of the built app"})
    public_url: str | None = field(
        default=None, metadata={"about": "address that people use, when a proxy stands in front (https://…)"}
    )
    tls_cert: Path | None = field(
        default=None,
        metadata={"about": "PEM file with the certificate and those above it: serve https by itself"},
    )
    tls_key: Path | None = field(default=None, metadata={"about": "PEM file with the certificate's key"})
    allowed_origins: tuple[str, ...] = field(
        default_factory=lambda: ("capacitor://localhost", "https://localhost"),
        metadata={"about": "other origins whose pages may call the API, separated by commas"},
    )
    sign_up: str = field(
        default="open",
        metadata={"about": "open: anyone may sign up; closed: people are added by `outlay user add`"},
    )
    providers: Path | None = field(
        default=None,
        metadata={
            "about": "file of the providers that people may sign in with (docs/sign-in.md); left out: none"
        },
    )
    smtp_url: str | None = field(
        default=None,
        metadata={
            "about": "server that sends mails (docs/sign-in.md); left out: they are written to the folder outbox "
            "in the data folder"
        },
    )
    mail_from: str = field(default="Outlay <outlay@localhost>", metadata={"about": "sender of mails"})
    sms_url: str | None = field(
        default=None,
        metadata={
            "about": "gateway for text messages, with {phone} for the number (docs/sign-in.md); left out: the folder "
            "outbox"
        },
    )
    access_token_s: int = field(default=900, metadata={"about": "seconds an access token is valid"})
    session_days: int = field(default=90, metadata={"about": "days a session lives without being used"})
    erase_days: int = field(
        default=14,
        metadata={"about": "days in which a person who asked to be erased can take it back; 0: none"},
    )
    sync_retention_days: int = field(
        default=180,
        metadata={
            "about": "days that deletions and records of changes are kept for devices that are away; one that comes "
            "later fetches its book anew"
        },
    )
    rate_limit: bool = field(default=True, metadata={"about": "limit the requests of one address"})
    sign_in_per_minute: int = field(
        default=60, metadata={"about": "sign-ins, sign-ups and refreshes of one address in a minute"}
    )
    password_tries_per_quarter: int = field(
        default=20,
        metadata={
            "about": "wrong passwords for one account from one network in 15 minutes; from everywhere five times that"
        },
    )
    requests_per_minute: int = field(
        default=12_000,
        metadata={"about": "requests of one address in a minute, pages and health too; 0: any number"},
    )
    person_per_minute: int = field(
        default=6000,
        metadata={
            "about": "requests of one person, and of one session or API token, in a minute; 0: any number"
        },
    )
    redis_url: str | None = field(
        default=None,
        metadata={"about": "redis://… or rediss://… (TLS): counts that several processes share"},
    )
    trusted_proxies: str = field(
        default="127.0.0.1",
        metadata={"about": "addresses whose X-Forwarded-For is believed, separated by commas"},
    )
    log_level: str = field(default="info", metadata={"about": "debug, info, warning or error"})

    def __post_init__(self) -> None:
        self._check_messages()
        _range("OUTLAY_PORT", self.port, 0, 65535)
        _range("OUTLAY_ACCESS_TOKEN_S", self.access_token_s, 1, 86_400)
        _range("OUTLAY_SESSION_DAYS", self.session_days, 1, 3_650)
        _range("OUTLAY_ERASE_DAYS", self.erase_days, 0, 30)
        _range("OUTLAY_SYNC_RETENTION_DAYS", self.sync_retention_days, 60, 3_650)
        _range("OUTLAY_SIGN_IN_PER_MINUTE", self.sign_in_per_minute, 1, 1_000_000)
        _range("OUTLAY_PASSWORD_TRIES_PER_QUARTER", self.password_tries_per_quarter, 1, 1_000_000)
        _range("OUTLAY_REQUESTS_PER_MINUTE", self.requests_per_minute, 0, 1_000_000)
        _range("OUTLAY_PERSON_PER_MINUTE", self.person_per_minute, 0, 10_000_000)
        _range("OUTLAY_KEYS_RETENTION_DAYS", self.keys_retention_days, 1, 3_650)
        _choice("OUTLAY_SIGN_UP", self.sign_up, ("open", "closed"))
        _choice("OUTLAY_LOG_LEVEL", self.log_level, ("debug", "info", "warning", "error"))
        if self.database_url is not None and urlsplit(self.database_url).scheme not in (
            "postgresql",
            "postgres",
        ):
            raise SettingsError("OUTLAY_DATABASE_URL", "must begin with postgresql://")
        if self.kms_key is not None:
            if not self.kms_key.startswith(("aws-kms:", "gcp-kms:projects/")):
                raise SettingsError("OUTLAY_KMS_KEY", "must begin with aws-kms: or gcp-kms:projects/")
            if self.master_key is not None:
                raise SettingsError(
                    "OUTLAY_KMS_KEY", "is for the file master.key; leave OUTLAY_MASTER_KEY out"
                )
        if self.keys_url is not None:
            parts = urlsplit(self.keys_url)
            file = parts.scheme == "file" and not parts.netloc and len(parts.path) > 1
            if not file and parts.scheme not in ("postgresql", "postgres"):
                raise SettingsError("OUTLAY_KEYS_URL", "must begin with postgresql:// or file:///")
            if self.database_url is not None and _database(self.keys_url) == _database(self.database_url):
                raise SettingsError("OUTLAY_KEYS_URL", "must be another database than OUTLAY_DATABASE_URL")
        if self.redis_url is not None and urlsplit(self.redis_url).scheme not in ("redis", "rediss"):
            raise SettingsError("OUTLAY_REDIS_URL", "must begin with redis:// or rediss://")
        if self.files_url is not None and urlsplit(self.files_url).scheme not in ("file", "s3", "gs", "az"):
            raise SettingsError("OUTLAY_FILES_URL", "must begin with s3://, gs://, az:// or file:///")
        for name in ("master_key", "master_key_former"):
            if (key := getattr(self, name)) is not None and not _is_key(key):
                raise SettingsError(f"OUTLAY_{name.upper()}", "must be 64 hexadecimal digits")
        if (self.tls_cert is None) != (self.tls_key is None):
            raise SettingsError(
                "OUTLAY_TLS_KEY" if self.tls_key is None else "OUTLAY_TLS_CERT",
                "certificate and key go together",
            )
        for url in (*self.allowed_origins, *([self.public_url] if self.public_url else [])):
            parts = urlsplit(url)
            if not parts.scheme or not parts.netloc or parts.path not in ("", "/") or "*" in url:
                name = "OUTLAY_PUBLIC_URL" if url == self.public_url else "OUTLAY_ALLOWED_ORIGINS"
                raise SettingsError(name, f"{url!r} is not an origin such as https://outlay.example")

    def _check_messages(self) -> None:
        kinds = ("smtp", "smtps", "smtp+starttls")
        if self.smtp_url is not None and urlsplit(self.smtp_url).scheme not in kinds:
            raise SettingsError("OUTLAY_SMTP_URL", "must begin with smtp://, smtps:// or smtp+starttls://")
        if "@" not in self.mail_from or not self.mail_from.isprintable():
            raise SettingsError("OUTLAY_MAIL_FROM", "must be an address, such as Outlay <outlay@example.org>")
        if self.sms_url is not None and "{phone}" not in self.sms_url:
            raise SettingsError("OUTLAY_SMS_URL", "must have {phone} where the number goes")

    @property
    def origin(self) -> str:
        """Where links in mails lead; never what a request says of itself."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def secure(self) -> bool:
        """People reach this server by https (cookies get Secure, HSTS is sent)."""
        return self.tls_cert is not None or (self.public_url or "").startswith("https:")


def read_settings(environ: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """Settings from the environment; `given` values (the command line's) win; an empty one counts as absent.

    Raises SettingsError for a value that cannot be used and for an OUTLAY_ variable that does not exist.
    """
    environ = os.environ if environ is None else environ
    fields = {f"OUTLAY_{f.name.upper()}": f for f in dataclasses.fields(Settings)}
    values: dict[str, Any] = {}
    for name, text in environ.items():
        if not name.startswith("OUTLAY_") or name.startswith("OUTLAY_TEST_") or not text:
            continue
        if name not in fields:
            raise SettingsError(name, "there is no such setting (see docs/operations.md)")
        values[fields[name].name] = _parse(name, str(fields[name].type), text)
    values.update({key: value for key, value in given.items() if value is not None})
    return Settings(**values)


def _parse(name: str, kind: str, text: str) -> Any:
    if kind == "int":
        try:
            return int(text)
        except ValueError:
            raise SettingsError(name, f"{text!r} is not a whole number") from None
    if kind == "bool":
        words = {
            "1": True,
            "true": True,
            "yes": True,
            "on": True,
            "0": False,
            "false": False,
            "no": False,
            "off": False,
        }
        if text.lower() not in words:
            raise SettingsError(name, f"{text!r} is neither true nor false")
        return words[text.lower()]
    if kind.startswith("Path"):
        return Path(text).expanduser()
    if kind.startswith("tuple"):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return text


def _range(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise SettingsError(name, f"must be from {low} to {high}")


def _choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise SettingsError(name, f"must be one of {', '.join(choices)}")


def _database(url: str) -> tuple[str | None, int, str]:
    """Where a PostgreSQL database is, whoever asks."""
    parts = urlsplit(url)
    return parts.hostname, parts.port or 5432, parts.path.strip("/")


def _is_key(text: str) -> bool:
    return len(text) == 64 and all(c in "0123456789abcdefABCDEF" for c in text)
