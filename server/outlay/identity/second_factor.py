"""The second factor: one-time codes by time (TOTP, RFC 6238) with recovery codes, and the ticket that stands between
a first step (a password, a provider, a code by telephone) and the code.

A code works once (the 30 seconds it is of are kept) and a clock may be 30 seconds off. A try is counted before it is
looked at, under the lock of the person's row: tries that come at the same time are as many as those one after another.
Ten wrong ones in a quarter of an hour, and the person has to wait. Only who got through the first step gets so far.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Any, Final, Literal

from outlay.identity import people, rules
from outlay.identity.keys import ServerKeys
from outlay.kernel import limits
from outlay.kernel.ids import is_id
from outlay.kernel.refusal import Refusal
from outlay.store.read import Read
from outlay.store.write import Tx

ISSUER: Final = "Outlay"
STEP_S: Final = 30
WINDOW_MS: Final = 15 * 60_000
ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"
"""Of recovery codes: ten letters that nobody confuses, 49 bits."""

Used = Literal["code", "recovery", "wrong", "waiting"]


@dataclass(frozen=True, slots=True)
class Ticket:
    """Who got through the first step, where, and by which provider, if it was one."""

    person_id: str
    client: str
    device_name: str | None
    way_id: str | None


def is_on(read: Read, person_id: str) -> bool:
    """Whether the person is asked for a code."""
    return state(read, person_id) is not None


def state(read: Read, person_id: str) -> dict[str, Any] | None:
    """{since_ms, recovery_left}, or None when it is off."""
    rows = read.select("second_factor", "person_id = :person_id", person_id=person_id)
    if not rows or rows[0]["confirmed_at_ms"] is None:
        return None
    left = read.value(
        "SELECT COUNT(*) FROM recovery_code WHERE person_id = :person_id AND used_at_ms IS NULL",
        person_id=person_id,
    )
    return {"since_ms": rows[0]["confirmed_at_ms"], "recovery_left": left}


def set_up(tx: Tx, person_id: str) -> str:
    """A new secret, in Base32, that counts once a code of it was typed. Refuses `second_factor_on`."""
    import pyotp

    if is_on(tx, person_id):
        raise Refusal("second_factor_on")
    secret = pyotp.random_base32()
    row = {
        "person_id": person_id,
        "secret": secret,
        "made_at_ms": tx.now_ms,
        "confirmed_at_ms": None,
        "last_step": 0,
        "tries": 0,
        "tries_since_ms": 0,
    }
    tx.upsert("second_factor", [row])
    return secret


def turn_on(tx: Tx, server_keys: ServerKeys, person_id: str, code: str) -> list[str]:
    """Counts from now on; the recovery codes. Refuses `second_factor_on`, `second_factor_off` (not set up),
    `second_factor_failed`."""
    rows = tx.select("second_factor", "person_id = :person_id", person_id=person_id)
    if not rows:
        raise Refusal("second_factor_off")
    if rows[0]["confirmed_at_ms"] is not None:
        raise Refusal("second_factor_on")
    step = _step_of(rows[0]["secret"], code, tx.now_ms)
    if step is None:
        raise Refusal("second_factor_failed", field="code")
    tx.run(
        "UPDATE second_factor SET confirmed_at_ms = :now, last_step = :step WHERE person_id = :person_id",
        now=tx.now_ms,
        step=step,
        person_id=person_id,
    )
    return new_codes(tx, server_keys, person_id)


def turn_off(tx: Tx, person_id: str) -> None:
    """Refuses `second_factor_off`."""
    if not forget(tx, person_id):
        raise Refusal("second_factor_off")


def forget(tx: Tx, person_id: str) -> bool:
    """Keeps nothing of it, also when it was only set up; whether it was on."""
    was = is_on(tx, person_id)
    for table in ("recovery_code", "second_factor", "sign_in_ticket"):
        tx.run(f"DELETE FROM {table} WHERE person_id = :person_id", person_id=person_id)
    return was


def new_codes(tx: Tx, server_keys: ServerKeys, person_id: str) -> list[str]:
    """New recovery codes in the place of the old ones; only hashes are kept. Refuses `second_factor_off`."""
    if not is_on(tx, person_id):
        raise Refusal("second_factor_off")
    tx.run("DELETE FROM recovery_code WHERE person_id = :person_id", person_id=person_id)
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(10)) for _ in range(limits.RECOVERY_CODES)]
    tx.insert(
        "recovery_code",
        [
            {
                "person_id": person_id,
                "code_hash": _hash(server_keys, person_id, code),
                "made_at_ms": tx.now_ms,
                "used_at_ms": None,
            }
            for code in codes
        ],
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def use(tx: Tx, server_keys: ServerKeys, person_id: str, code: str) -> Used:
    """What a typed code is: one of the authenticator, a recovery code, wrong, or not looked at because too many were
    wrong. Writes also when it is wrong, so nothing is raised."""
    counted = tx.run(
        "UPDATE second_factor SET"
        " tries = CASE WHEN tries_since_ms < :since THEN 1 ELSE tries + 1 END,"
        " tries_since_ms = CASE WHEN tries_since_ms < :since THEN :now ELSE tries_since_ms END"
        " WHERE person_id = :person_id AND confirmed_at_ms IS NOT NULL"
        " AND (tries < :most OR tries_since_ms < :since)",
        since=tx.now_ms - WINDOW_MS,
        now=tx.now_ms,
        most=limits.SECOND_FACTOR_TRIES,
        person_id=person_id,
    )
    if not counted:
        return "waiting" if is_on(tx, person_id) else "wrong"
    row = tx.select("second_factor", "person_id = :person_id", person_id=person_id)[0]
    step = _step_of(row["secret"], code, tx.now_ms)
    if step is not None and step > row["last_step"]:
        tx.run(
            "UPDATE second_factor SET last_step = :step, tries = 0 WHERE person_id = :person_id",
            step=step,
            person_id=person_id,
        )
        return "code"
    recovered = tx.run(
        "UPDATE recovery_code SET used_at_ms = :now"
        " WHERE person_id = :person_id AND code_hash = :code_hash AND used_at_ms IS NULL",
        now=tx.now_ms,
        person_id=person_id,
        code_hash=_hash(server_keys, person_id, code),
    )
    if recovered:
        tx.run("UPDATE second_factor SET tries = 0 WHERE person_id = :person_id", person_id=person_id)
        return "recovery"
    return "wrong"


def refusal_of(used: Used) -> Refusal | None:
    """What a code that is of no use is refused with."""
    if used == "waiting":
        wait_s = WINDOW_MS // 1000
        return Refusal("rate_limited", detail=f"Try again in {wait_s} seconds.", retry_after_s=wait_s)
    return Refusal("second_factor_failed", field="code") if used == "wrong" else None


def uri(secret: str, account: str) -> str:
    """What an authenticator reads from a QR code (otpauth://, the Key Uri Format)."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=ISSUER)


def give_ticket(
    tx: Tx, *, person_id: str, client: str, device_name: str | None, way_id: str | None = None
) -> str:
    """A ticket for whoever got through the first step: it works once, for five minutes. `PERSON.WAY.SECRET`, of which
    only the hash of the whole is kept, so that no part of it can be another."""
    tx.run(
        "DELETE FROM sign_in_ticket WHERE person_id = :person_id AND expires_at_ms <= :now",
        person_id=person_id,
        now=tx.now_ms,
    )
    ticket = f"{person_id}.{way_id or ''}.{secrets.token_urlsafe(32)}"
    tx.insert(
        "sign_in_ticket",
        [
            {
                "person_id": person_id,
                "ticket_hash": hashlib.sha256(ticket.encode()).hexdigest(),
                "client": client,
                "device_name": rules.name(device_name, "device_name", rules.DEVICE_NAME_MAX),
                "expires_at_ms": tx.now_ms + limits.TICKET_MINUTES * 60_000,
            }
        ],
    )
    return ticket


def take_ticket(tx: Tx, ticket: str, server_keys: ServerKeys, code: str) -> tuple[Ticket | None, Used]:
    """Whose ticket it is, and what the code is. The ticket is gone with a right code; None: it is none, or too old."""
    person_id, way_id, *_ = [*ticket.split("."), ""]
    if not is_id(person_id):
        return None, "wrong"
    people.hold(tx, person_id)
    ticket_hash = hashlib.sha256(ticket.encode()).hexdigest()
    rows = tx.select(
        "sign_in_ticket",
        "person_id = :person_id AND ticket_hash = :ticket_hash AND expires_at_ms > :now",
        now=tx.now_ms,
        person_id=person_id,
        ticket_hash=ticket_hash,
    )
    if not rows:
        return None, "wrong"
    used = use(tx, server_keys, person_id, code)
    if used in ("code", "recovery"):
        gone = tx.run(
            "DELETE FROM sign_in_ticket WHERE person_id = :person_id AND ticket_hash = :ticket_hash",
            person_id=person_id,
            ticket_hash=ticket_hash,
        )
        if not gone:
            return None, "wrong"
    return Ticket(person_id, rows[0]["client"], rows[0]["device_name"], way_id or None), used


def _step_of(secret: str, code: str, now_ms: int) -> int | None:
    """Which 30 seconds a code is of, one step before and after included."""
    import pyotp

    typed = "".join(code.split())
    now = now_ms // 1000 // STEP_S
    for step in (now, now - 1, now + 1):
        if hmac.compare_digest(pyotp.TOTP(secret).at(step * STEP_S).encode(), typed.encode()):
            return step
    return None


def _hash(server_keys: ServerKeys, person_id: str, code: str) -> str:
    typed = "".join(c for c in code.casefold() if c in ALPHABET)
    return hmac.new(server_keys.login, f"recovery:{person_id}:{typed}".encode(), hashlib.sha256).hexdigest()
