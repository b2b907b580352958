"""Paths and parameters that try to be something else: traversal, injection, strange characters, lengths."""

from __future__ import annotations

import os
from urllib.parse import quote

import pytest
from litestar.handlers import HTTPRouteHandler

from attack.tally import attacked
from routes import ROUTES, STREAM, call
from sites import Site, world

PLENTY = int(os.environ.get("OUTLAY_TEST_EXAMPLES", "0")) > 0

NASTY = {
    "injection": ["' OR '1'='1", "x'; DROP TABLE person; --", "1 UNION SELECT secret_hash FROM credential"],
    "NUL": ["\0", "a\0b"],
    "traversal": ["../../../../etc/passwd", "..\\..\\etc\\passwd", "....//....//etc/passwd", "/etc/passwd"],
    "strange characters": [
        "\u202eevil",
        "\ud7ff\U0010ffff",
        "\N{FULLWIDTH DIGIT ONE}",
        "%",
        "${7*7}",
        "{{7*7}}",
        "\n",
    ],
    "numbers": ["-1", "9" * 40, "1e309", "NaN", "0x10", "1_0"],
    "length": ["a" * 8_000],
    "another type": ["null", "true", "[]", "{}", ""],
}


@pytest.mark.timeout(600)
@pytest.mark.proof("postgresql")
async def test_strange_paths_and_parameters_are_refused(site: Site) -> None:
    """Of every route, each parameter in turn; as the owner, who gets furthest. Nothing is written."""
    at = await world(site)
    handlers = {
        (method, route.path_format or "/"): handler
        for route in site.app.routes
        for handler in getattr(route, "route_handlers", ())
        if isinstance(handler, HTTPRouteHandler)
        for method in handler.http_methods
    }
    nasty = NASTY if PLENTY else {how: values[:1] for how, values in NASTY.items()}
    before = await site.get(f"/api/v1/books/{at.book_id}", at.owner)
    wrong = []
    for route in ROUTES:
        asked = call(route, at.ids, book=at.book_id)
        names = sorted(handlers[route.method, route.path].opt.get("parameters", ()))
        for how, values in nasty.items():
            for value in values:
                tries = []
                if "{" in route.path:
                    filled = [
                        quote(value, safe="") if "{" in part else part for part in route.path.split("/")
                    ]
                    tries.append(("/".join(filled), asked.more["params"]))
                if route.method in ("GET", "HEAD") and route.path != STREAM:
                    tries += [(asked.path, {**asked.more["params"], name: value}) for name in names]
                for path, params in tries:
                    more = {**asked.more, "params": params}
                    answer = await site.client.request(route.method, path, headers=at.owner.headers, **more)
                    text = "" if route.path.startswith("/schema") else answer.text
                    if answer.status_code >= 500 or "root:x:" in text or "Traceback" in text:
                        wrong.append(
                            f"{route.method} {path[:80]} {str(params)[:120]}: {answer.status_code} {text[:200]}"
                        )
                    attacked(route.method, route.path, how)
    assert not wrong, "\n".join(wrong)
    assert await site.get(f"/api/v1/books/{at.book_id}", at.owner) == before


PAGES = [
    "/../pyproject.toml", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc%2fpasswd", "/_app/../../data/master.key",
    "/_app/%2e%2e/%2e%2e/data/outlay.db", "//etc/passwd", "/..\\..\\data\\master.key", "/a%00.js", "/%c0%ae%c0%ae/x",
    "/....//....//data/master.key", "/schema/../../master.key", "/.git/config", "/.env",
]  # fmt: skip


@pytest.mark.parametrize("store_settings", ["sqlite"], indirect=True)
async def test_no_page_lies_outside_the_folder_of_the_app(site: Site) -> None:
    folder = site.rooms.settings.data_dir
    folder.mkdir(exist_ok=True)
    (folder / "master.key").write_text("the-master-key")
    (site.rooms.settings.app_dir / "link.js").symlink_to(folder / "master.key")
    for path in [*PAGES, "/link.js"]:
        answer = await site.client.get(path)
        assert "the-master-key" not in answer.text, path
        assert "root:" not in answer.text, path
        assert answer.status_code in (200, 400, 404), path
        assert answer.status_code != 200 or "<p>Outlay</p>" in answer.text, path
        attacked("GET", "/{path}", "traversal")
