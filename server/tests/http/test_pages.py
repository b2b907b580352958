"""The app as files: fallback, caching, packing, its content security policy; and the reference page."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re

import pytest

from outlay.settings import Settings
from sites import Site


async def test_every_address_of_the_app_is_the_app(site: Site) -> None:
    for path in ("/", "/index.html", "/transactions", "/settings/categories/new"):
        answer = await site.ask("GET", path)
        assert answer.status_code == 200, path
        assert answer.headers["content-type"].startswith("text/html")
        assert answer.headers["cache-control"] == "no-cache"
        assert "<p>Outlay</p>" in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/_app/immutable/gone.js",
        "/missing.png",
        "/api/nothing",
        "/..%2f..%2fdata/master.key",
        "/%2e%2e/x.txt",
        "/a%00.js",
    ],
)
async def test_files_that_are_not_there(site: Site, path: str) -> None:
    answer = await site.ask("GET", path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_nothing_outside_the_folder_is_served(site: Site, settings: Settings) -> None:
    (settings.app_dir.parent / "secret.txt").write_text("secret")
    (settings.app_dir / "link.txt").symlink_to(settings.app_dir.parent / "secret.txt")
    for path in (
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/link.txt",
        "//secret.txt",
        "/_app/%2e%2e/%2e%2e/secret.txt",
    ):
        answer = await site.ask("GET", path)
        assert "secret" not in answer.text.replace("secret.txt", "")


async def test_immutable_files_are_kept_for_a_year(site: Site) -> None:
    answer = await site.ask("GET", "/_app/immutable/a.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


async def test_a_file_that_has_not_changed_is_not_sent_again(site: Site, settings: Settings) -> None:
    etag = (await site.ask("GET", "/")).headers["etag"]
    again = await site.ask("GET", "/", headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")
    (settings.app_dir / "index.html").write_text("<p>Outlay</p> the next build")
    changed = await site.ask("GET", "/", headers={"if-none-match": etag})
    assert (changed.status_code, "the next build" in changed.text) == (200, True)


async def test_files_are_packed_once(site: Site, settings: Settings) -> None:
    plain = await site.ask("GET", "/_app/immutable/a.js", headers={"accept-encoding": "identity"})
    packed = await site.ask("GET", "/_app/immutable/a.js", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 5
    assert packed.content == plain.content
    assert packed.headers["vary"] == "accept-encoding"
    (settings.app_dir / "_app" / "immutable" / "a.js.gz").write_bytes(gzip.compress(b"from the build"))
    built = await site.ask("GET", "/_app/immutable/a.js", headers={"accept-encoding": "gzip"})
    assert built.text == "from the build"


async def test_head_is_get_without_a_body(site: Site) -> None:
    answer = await site.ask("HEAD", "/")
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 0


async def test_only_the_scripts_of_the_page_may_run(site: Site) -> None:
    answer = await site.ask("GET", "/")
    policy = answer.headers["content-security-policy"]
    inline = base64.b64encode(hashlib.sha256(b"start()").digest()).decode()
    assert f"'sha256-{inline}'" in policy
    assert policy.count("sha256-") == 1
    scripts = re.search(r"script-src ([^;]*)", policy)
    assert scripts is not None
    assert "unsafe-inline" not in scripts[1]
    assert "unsafe-eval'" not in scripts[1].replace("'wasm-unsafe-eval'", "")
    for part in ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert part in policy


async def test_every_answer_carries_the_security_headers(site: Site) -> None:
    for path in (
        "/",
        "/healthz",
        "/api/v1/users/me",
        "/api/v1/nothing",
        "/missing.png",
        "/schema/openapi.json",
    ):
        headers = (await site.ask("GET", path)).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["x-frame-options"] == "DENY", path
        assert headers["referrer-policy"] == "no-referrer", path
        assert "default-src" in headers["content-security-policy"], path
    assert (await site.ask("GET", "/api/v1/users/me")).headers["cache-control"] == "no-store"


async def test_without_a_build_the_page_says_what_to_do(site: Site, settings: Settings) -> None:
    (settings.app_dir / "index.html").unlink()
    answer = await site.ask("GET", "/")
    assert (answer.status_code, answer.json()["detail"]) == (404, "The app is not built. Run: make build")


async def test_shells_of_the_app_may_call_from_their_origins_and_nobody_else(site: Site) -> None:
    asked = {
        "access-control-request-method": "PATCH",
        "access-control-request-headers": "authorization,if-match",
    }
    for origin, allowed in (
        ("capacitor://localhost", True),
        ("https://localhost", True),
        ("https://evil.example", False),
    ):
        answer = await site.ask("OPTIONS", "/api/v1/users/me", headers={"origin": origin, **asked})
        assert (answer.headers.get("access-control-allow-origin") == origin) is allowed
        assert "access-control-allow-credentials" not in answer.headers
        got = await site.ask("GET", "/api/v1/users/me", headers={"origin": origin})
        assert (got.headers.get("access-control-allow-origin") == origin) is allowed


async def test_the_reference_page_needs_nothing_from_elsewhere(site: Site) -> None:
    page = await site.ask("GET", "/schema")
    assert page.headers["content-type"].startswith("text/html")
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert "/schema/openapi.json" in addresses
    for address in set(addresses) - {"data:,"}:
        assert (await site.ask("GET", address)).status_code == 200, address
    for path in ("/schema", "/schema/reference.js", "/schema/reference.css"):
        assert "http" not in (await site.ask("GET", path)).text.replace("http-equiv", "")
    document = await site.get("/schema/openapi.json")
    assert document["openapi"].startswith("3.1")
