"""The server's own keys: those that sign tokens, and the one that turns an address into a login key.

They lie sealed in the database, so that every process of one installation has the same. The first is made
with the first start; `INSERT … ON CONFLICT DO NOTHING` on fixed ids lets two first starts agree.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from dataclasses import dataclass
from typing import Any, Final

from outlay.identity import rules
from outlay.store.keys import SERVER_SCOPE
from outlay.store.read import Read
from outlay.store.write import Tx

TOKEN_KEY: Final = "token-1"
LOGIN_KEY: Final = "login-1"


@dataclass(frozen=True, slots=True)
class ServerKeys:
    """`signing`: private JWKs, oldest first. `login`: 32 bytes for `login_key`."""

    signing: list[dict[str, Any]]
    login: bytes


def ensure(tx: Tx) -> ServerKeys:
    """The server's keys; made when there are none."""
    if (found := load(tx, tx.now_ms)) is not None:
        return found
    tx.insert(
        "server_key",
        [
            _signing(TOKEN_KEY, tx.now_ms),
            _row(LOGIN_KEY, "login", {}, {"k": os.urandom(32).hex()}, tx.now_ms),
        ],
        ignore=True,
    )
    found = load(tx, tx.now_ms)
    assert found is not None
    return found


def rotate(tx: Tx, *, grace_ms: int) -> str:
    """A new key signs tokens from now on; its id. Those before it verify for `grace_ms` more, then they are
    forgotten."""
    key_id = f"token-{tx.new_id()}"
    tx.run(
        "DELETE FROM server_key WHERE scope_id = :scope AND purpose = :purpose AND retired_at_ms <= :now",
        scope=SERVER_SCOPE,
        purpose="token",
        now=tx.now_ms,
    )
    tx.run(
        "UPDATE server_key SET retired_at_ms = :until WHERE scope_id = :scope AND purpose = :purpose"
        " AND (retired_at_ms IS NULL OR retired_at_ms > :until)",
        until=tx.now_ms + grace_ms,
        scope=SERVER_SCOPE,
        purpose="token",
    )
    tx.insert("server_key", [_signing(key_id, tx.now_ms)])
    return key_id


def load(read: Read, now_ms: int) -> ServerKeys | None:
    """The server's keys that hold now, or None before the first start."""
    rows = read.select("server_key", "scope_id = :scope", "created_at_ms, key_id", scope=SERVER_SCOPE)
    if not rows:
        return None
    signing = [
        json.loads(row["private_key"])
        for row in sorted(rows, key=lambda row: row["retired_at_ms"] is None)
        if row["purpose"] == "token" and (row["retired_at_ms"] is None or row["retired_at_ms"] > now_ms)
    ]
    login = next(json.loads(row["private_key"])["k"] for row in rows if row["purpose"] == "login")
    return ServerKeys(signing, bytes.fromhex(login))


def login_key(keys: ServerKeys, email: str) -> str:
    """What a person is found by: HMAC-SHA256 of the address, hex. Nothing of the address can be read from
    it."""
    return blind(keys, rules.login_name(email))


def blind(keys: ServerKeys, text: str) -> str:
    """The login key of any way in; what is no address begins with its kind and a colon."""
    return hmac.new(keys.login, text.encode(), hashlib.sha256).hexdigest()


def _signing(key_id: str, now_ms: int) -> dict[str, Any]:
    from joserfc.jwk import OKPKey

    made = OKPKey.generate_key("Ed25519", {"kid": key_id, "use": "sig"})
    return _row(key_id, "token", made.as_dict(private=False), made.as_dict(private=True), now_ms)


def _row(
    key_id: str, purpose: str, public: dict[str, Any], private: dict[str, Any], now_ms: int
) -> dict[str, Any]:
    return {
        "scope_id": SERVER_SCOPE,
        "key_id": key_id,
        "purpose": purpose,
        "public_key": json.dumps(public),
        "private_key": json.dumps(private),
        "created_at_ms": now_ms,
        "retired_at_ms": None,
    }
