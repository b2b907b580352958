"""Where everything is put together: the only file that may import every room."""

from __future__ import annotations

import asyncio
import gc
import logging
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import uvicorn
from litestar import Litestar

from outlay import joining
from outlay.batch import files, people, schedules, tombstones
from outlay.batch import keys as kept_keys
from outlay.files.objects import Objects, folder_url
from outlay.http import letters
from outlay.http.afterwards import Afterwards
from outlay.http.app import build
from outlay.http.patience import LOOK_S, PatientProtocol, look_at
from outlay.http.rooms import Rooms
from outlay.http.throttle import Throttle
from outlay.identity import keys
from outlay.identity.passwords import Passwords
from outlay.identity.providers.config import ProvidersError, read_providers
from outlay.identity.providers.talk import Providers
from outlay.identity.tokens import Tokens
from outlay.notify.mail import Mail
from outlay.notify.sms import Sms
from outlay.ops.log import handler
from outlay.privacy import archive, retention
from outlay.settings import Settings, SettingsError, read_settings
from outlay.store.engine import KEYS_FILE, Store, StoreSettings, open_store, system_clock
from outlay.store.errors import StoreError
from outlay.store.master import MasterKey, former_keys, master_key
from outlay.sync.stream import Heads, Pokes

log = logging.getLogger(__name__)

TLS_1_2_CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""Of TLS 1.2 only those with forward secrecy and authenticated encryption; TLS 1.3 has no others."""
KEYS_SEEN_S = 60
"""How often a process looks for keys that another one made."""
DATABASE_FILE = "outlay.db"
FILES_FOLDER = "files"
OUTBOX_FOLDER = "outbox"
EXPORTS_FOLDER = "exports"


def store_settings(settings: Settings, *, restoring: bool = False) -> StoreSettings:
    """Which database, which key store, and their key, which is made when there is no data, unless it must open a copy
    (`restoring`). StoreError says what is wrong."""
    folder, file = settings.data_dir, settings.data_dir / DATABASE_FILE
    keys = key_place(settings)
    there = [*([file] if settings.database_url is None else []), *([keys] if isinstance(keys, Path) else [])]
    keeper = master_keeper(settings)
    exists = restoring or any(each.exists() for each in there)
    key = master_key(settings.master_key, folder, data_exists=exists, kept=keeper)
    former = former_keys(settings.master_key_former, folder, kept=keeper, all_of_them=restoring)
    if settings.database_url is not None:
        return StoreSettings(master_key=key, former_keys=former, url=settings.database_url, keys=keys)
    return StoreSettings(master_key=key, former_keys=former, path=file, keys=keys)


def key_place(settings: Settings) -> Path | str:
    """Where the key store is: a file, or the URL of a PostgreSQL database."""
    url = settings.keys_url
    if url is None:
        return settings.data_dir / KEYS_FILE
    return Path(unquote(urlsplit(url).path)) if url.startswith("file:") else url


def master_keeper(settings: Settings) -> MasterKey | None:
    """The service that opens the master key's file; None: it is written as it is."""
    if settings.kms_key is None:
        return None
    from outlay.store.kms import service  # brings httpx

    return service(settings.kms_key)


def open_objects(settings: Settings) -> Objects:
    """Where the receipts of these settings lie."""
    return Objects(settings.files_url or folder_url(settings.data_dir / FILES_FOLDER))


def open_providers(settings: Settings, clock: Callable[[], int]) -> Providers:
    """Who people may sign in with. SettingsError says what is wrong with the file."""
    try:
        return Providers(read_providers(settings.providers), clock)
    except ProvidersError as error:
        raise SettingsError("OUTLAY_PROVIDERS", str(error)) from None


def open_migrated(settings: Settings, clock: Callable[[], int] = system_clock) -> Store:
    """The store of these settings, at the newest schema."""
    import_tables()
    store = open_store(store_settings(settings), clock)
    try:
        store.migrate()
    except BaseException:
        store.close_now()
        raise
    return store


def import_tables() -> None:
    """Every room's tables, so that the shared metadata is whole."""
    import outlay.files.tables
    import outlay.identity.tables
    import outlay.importing.tables
    import outlay.ledger.tables
    import outlay.privacy.tables
    import outlay.store.tables
    import outlay.sync.tables  # noqa: F401


def build_app(
    settings: Settings, clock: Callable[[], int] | None = None, store: Store | None = None
) -> Litestar:
    """The ASGI application. It opens the database when it starts and closes it when it stops;
    a `store` that is given must be migrated and stays its giver's."""
    import_tables()

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        async with open_rooms(settings, clock, store) as app.state.rooms:
            yield

    return build(settings, lifespan)


def open_mail(settings: Settings, clock: Callable[[], int]) -> Mail:
    """The outgoing mail. Made inside the event loop."""
    outbox = settings.data_dir / OUTBOX_FOLDER
    return Mail(smtp_url=settings.smtp_url, sender=settings.mail_from, outbox=outbox, clock=clock)


@asynccontextmanager
async def open_rooms(
    settings: Settings, clock: Callable[[], int] | None = None, store: Store | None = None
) -> AsyncIterator[Rooms]:
    """What the routes stand on, open while the application runs."""
    opened = store or open_migrated(settings, clock or system_clock)
    passwords = Passwords()
    pokes = Pokes(_heads(opened))
    objects = open_objects(settings)
    providers = open_providers(settings, clock or opened.clock)
    mail = open_mail(settings, clock or opened.clock)
    sms = Sms(url=settings.sms_url, outbox=settings.data_dir / OUTBOX_FOLDER, clock=clock or opened.clock)
    afterwards = Afterwards()
    exports_folder, wake = settings.data_dir / EXPORTS_FOLDER, people.Wake()
    working: list[asyncio.Task[None]] = []
    throttle: Throttle | None = None
    try:
        server_keys = await opened.write_people(keys.ensure)
        throttle = Throttle(settings, server_keys.login)
        tokens = Tokens(lifetime_s=settings.access_token_s)
        tokens.use(server_keys.signing)
        opened.on_commit(pokes.publish)
        working = [
            asyncio.create_task(schedules.run(opened, clock or opened.clock)),
            asyncio.create_task(files.run(opened, objects, clock or opened.clock)),
            asyncio.create_task(
                kept_keys.run(opened, objects, clock or opened.clock, days=settings.keys_retention_days)
            ),
            asyncio.create_task(
                tombstones.run(opened, clock or opened.clock, days=settings.sync_retention_days)
            ),
            asyncio.create_task(
                people.run(
                    wake,
                    often=(
                        lambda: joining.erase_due(
                            opened, lambda gone: letters.send_deletion_done(mail, gone)
                        ),
                        lambda: archive.make_waiting(opened, objects, exports_folder),
                        lambda: retention.remove_exports(opened, exports_folder),
                    ),
                    daily=(lambda: retention.look_after(opened, exports_folder),),
                )
            ),
        ]
        rooms = Rooms(
            settings=settings,
            store=opened,
            clock=clock or opened.clock,
            tokens=tokens,
            passwords=passwords,
            server_keys=server_keys,
            throttle=throttle,
            pokes=pokes,
            objects=objects,
            exports_folder=exports_folder,
            wake=wake,
            providers=providers,
            mail=mail,
            sms=sms,
            afterwards=afterwards,
        )
        working.append(asyncio.create_task(_watch_keys(rooms)))
        yield rooms
    finally:
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)
        await afterwards.stop()
        await asyncio.gather(mail.stop(), sms.stop())
        await pokes.stop()
        if throttle is not None:
            await throttle.close()
        passwords.close()
        if store is None:
            await opened.close()


async def _watch_keys(rooms: Rooms) -> None:
    """Another process may have rotated the keys that sign tokens, and old ones run out."""
    while True:
        await asyncio.sleep(KEYS_SEEN_S)
        try:
            await rooms.reload_keys()
        except StoreError as error:
            log.warning("The keys that sign tokens could not be read: %s", error)


def create() -> Litestar:
    """For `uvicorn --factory outlay.main:create`: settings from the environment."""
    settings = read_settings()
    _begin_log(settings)
    return build_app(settings)


def serve(settings: Settings) -> None:
    """Runs until it is stopped (Ctrl+C). Says where it is, once it answers."""
    _begin_log(settings)
    app = build_app(settings)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=PatientProtocol,
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=5,
        **_tls(settings),
    )
    if config.is_ssl:
        _load_tls(config)
    HttpServer(config, settings, app).run()


def _begin_log(settings: Settings) -> None:
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler(sys.stderr)])


def _tls(settings: Settings) -> dict[str, Any]:
    if settings.tls_cert is None:
        return {}
    return {
        "ssl_certfile": settings.tls_cert,
        "ssl_keyfile": settings.tls_key,
        "ssl_ciphers": TLS_1_2_CIPHERS,
    }


def _load_tls(config: uvicorn.Config) -> None:
    """Before anything listens. SettingsError for files that cannot be used."""
    try:
        config.load()
    except OSError as error:  # ssl.SSLError is one
        raise SettingsError("OUTLAY_TLS_CERT", f"certificate and key cannot be used: {error}") from error
    assert config.ssl is not None
    config.ssl.minimum_version = ssl.TLSVersion.TLSv1_2


class HttpServer(uvicorn.Server):
    """Says where it is, once it answers; ends the event streams before it waits for requests to end."""

    def __init__(self, config: uvicorn.Config, settings: Settings, app: Litestar) -> None:
        super().__init__(config)
        self._settings = settings
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        rooms: Rooms | None = self._app.state.get("rooms")
        if rooms is not None:
            rooms.pokes.end()
        await super().shutdown(sockets=sockets)

    async def on_tick(self, counter: int) -> bool:
        if counter % round(LOOK_S * 10) == 0:  # uvicorn ticks ten times a second
            look_at(self.server_state.connections, asyncio.get_running_loop().time())
        return await super().on_tick(counter)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        _spare_the_collector()
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            rooms: Rooms | None = self._app.state.get("rooms")
            if rooms is not None and self._settings.public_url is None:
                scheme = "https" if self.config.is_ssl else "http"
                rooms.origin = f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"
            print(announcement(self._settings, host, port), flush=True)


def _spare_the_collector() -> None:
    """What is there after the start stays, so it is looked at no more; and a push of 500 operations makes
    tens of thousands of small objects that die with it. Left as it is, collecting takes a seventh of its CPU."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def announcement(settings: Settings, host: str, port: int) -> str:
    """What a person reads after the start: where, where the data is, how to stop."""
    scheme = "http" if settings.tls_cert is None else "https"
    shown = settings.public_url or f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"
    data = "PostgreSQL" if settings.database_url else f"{settings.data_dir / DATABASE_FILE} (encrypted)"
    key = "OUTLAY_MASTER_KEY" if settings.master_key else str(settings.data_dir / "master.key")
    return (
        f"Outlay is at {shown}\nData: {data}\n"
        f"Key:  {key} (without it the data cannot be read; keep a copy)\nStop with Ctrl+C."
    )


def _heads(store: Store) -> Heads:
    async def ask(book_ids: list[str]) -> dict[str, tuple[str, int]]:
        rows = await store.read(
            lambda read: read.all("SELECT id, epoch, head FROM book WHERE id IN :ids", ids=book_ids)
        )
        return {row[0]: (row[1], row[2]) for row in rows}

    return ask
