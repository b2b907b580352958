"""How long what nobody needs any more is kept: one table, one round a day."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

from outlay.kernel import limits
from outlay.privacy import exports
from outlay.store.columns import metadata
from outlay.store.engine import Store
from outlay.store.write import Tx

DAY_MS: Final = 86_400_000


class Limit(NamedTuple):
    """Rows of `table` go `days` after the moment in `column`."""

    table: str
    column: str
    days: int
    about: str


LIMITS: Final = (
    Limit("session", "expires_at_ms", limits.ENDED_SESSION_DAYS, "sessions that ran out"),
    Limit("session", "revoked_at_ms", limits.ENDED_SESSION_DAYS, "sessions that were ended"),
    Limit("invitation", "expires_at_ms", limits.ENDED_INVITATION_DAYS, "invitations, however they ended"),
    Limit("security_event", "at_ms", limits.SECURITY_EVENT_DAYS, "what happened to an account"),
    Limit("challenge", "expires_at_ms", limits.ENDED_CHALLENGE_DAYS, "one-time codes and links that ran out"),
)
"""Copies that people asked for go by themselves (`exports`), receipts' files with the last receipt that names them
(`batch.files`)."""


async def look_after(store: Store, folder: Path) -> int:
    """One round; how many rows and files went."""
    count = 0
    for limit in LIMITS:
        table = metadata.tables.get(limit.table)
        if table is not None and limit.column in table.columns:
            count += await store.write_people(lambda tx, limit=limit: _over(tx, limit))  # type: ignore[misc]
    await store.write_people(_rest)
    return count + await remove_exports(store, folder)


async def remove_exports(store: Store, folder: Path) -> int:
    """Removes copies whose 48 hours are over, and files that no row knows (their person was erased)."""
    count = 0
    while found := await store.read(lambda read: exports.over(read, store.clock())):
        for person_id, export_id in found:
            exports.path_of(folder, person_id, export_id).unlink(missing_ok=True)
            await store.write_people(lambda tx, p=person_id, e=export_id: exports.forget(tx, p, e))  # type: ignore[misc]
        count += len(found)
    files = {path.name.split(".")[1]: path for path in folder.glob("*.sealed")} if folder.is_dir() else {}
    if files:
        known = {
            row[0]
            for row in await store.read(
                lambda read: read.all("SELECT id FROM export WHERE id IN :ids", ids=list(files))
            )
        }
        for export_id, path in files.items():
            if export_id not in known:
                path.unlink(missing_ok=True)
                count += 1
    return count


def _over(tx: Tx, limit: Limit) -> int:
    return tx.run(
        f'DELETE FROM "{limit.table}" WHERE {limit.column} < :before',
        before=tx.now_ms - limit.days * DAY_MS,
    )


def _rest(tx: Tx) -> None:
    """Tokens of sessions that are gone."""
    tx.run(
        "DELETE FROM refresh_token WHERE NOT EXISTS (SELECT 1 FROM session s"
        " WHERE s.person_id = refresh_token.person_id AND s.session_id = refresh_token.session_id)"
    )
