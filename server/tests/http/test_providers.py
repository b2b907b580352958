"""Signing in by providers: whole dances with a certified OpenID provider and with what Google, Apple, Facebook and X
speak, and the attacks of RFC 9700 on them."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import secrets
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pyotp
import pytest
from joserfc.jwk import OctKey

from outlay.identity import ways
from outlay.identity.providers.config import ProvidersError, read_providers
from outlay.kernel import limits
from outlay.settings import Settings
from outlay.store.engine import Store
from partners import Partner, consent, openid_provider, partner, rsa_key, with_query
from sites import ORIGIN, Site, meanwhile, site_of
from stores import Clock

AUTH = "/api/v1/auth"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with openid_provider(f"{ORIGIN}{AUTH}/providers/company/callback") as running:
        yield running


@pytest.fixture
def others() -> Iterator[Partner]:
    with partner() as running:
        yield running


@pytest.fixture
async def at(
    store: Store, settings: Settings, clock: Clock, others: Partner, issuer: str, tmp_path: Path
) -> AsyncIterator[Site]:
    clock.now_ms = int(time.time() * 1000)  # the partners have a clock of their own
    more = f"""
[company]
label = "Our company"
issuer = "{issuer}"
client_id = "outlay"
client_secret = "the secret of outlay"
"""
    given = dataclasses.replace(settings, providers=others.file(tmp_path, more))
    async with site_of(store, given) as site:
        yield site


@dataclasses.dataclass
class Begun:
    """A sign-in under way in one browser."""

    name: str
    url: str
    verifier: str


def pair() -> tuple[str, str]:
    verifier = secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    return verifier, base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


async def begin(
    site: Site, name: str, *, who: dict[str, str] | None = None, client: str = "browser"
) -> Begun:
    verifier, challenge = pair()
    path = f"{AUTH}/ways/providers/{name}" if who else f"{AUTH}/providers/{name}/start"
    body = {"challenge": challenge, "client": client}
    answer = await site.ask("POST", path, headers=who or {}, json=body)
    assert answer.status_code == 200, answer.text
    return Begun(name, answer.json()["url"], verifier)


async def come_back(site: Site, begun: Begun, answer: dict[str, str], *, form: bool = False) -> str:
    """The browser returns from the provider; where it is then."""
    path = f"{AUTH}/providers/{begun.name}/callback"
    if form:
        sent = await site.ask("POST", path, data=answer)
        assert sent.status_code == 303, sent.text
        assert "set-cookie" not in sent.headers
        back = await site.ask("GET", sent.headers["location"])
    else:
        back = await site.ask("GET", with_query(path, answer))
    assert back.status_code == 303, back.text
    assert back.headers["referrer-policy"] == "no-referrer"
    place: str = back.headers["location"]
    return place


def told(place: str) -> dict[str, str]:
    """What stands behind the # or the ?."""
    split = urlsplit(place)
    return {key: values[0] for key, values in parse_qs(split.fragment or split.query).items()}


async def exchange(site: Site, code: str, verifier: str, **more: Any) -> httpx.Response:
    return await site.ask(
        "POST",
        f"{AUTH}/providers/exchange",
        json={"code": code, "verifier": verifier, "client": "native", **more},
    )


async def sign_in(site: Site, others: Partner, name: str, **more: Any) -> httpx.Response:
    begun = await begin(site, name)
    place = await come_back(site, begun, others.sign_in(begun.url), form=name == "apple")
    assert place.startswith("/signed-in#code="), place
    return await exchange(site, told(place)["code"], begun.verifier, **more)


def bearer(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 200, answer.text
    return {"authorization": f"Bearer {answer.json()['access_token']}"}


async def test_the_configured_ones_are_listed_in_their_order(at: Site) -> None:
    listed = (await at.get(f"{AUTH}/providers"))["items"]
    assert [(each["name"], each["label"], each["kind"]) for each in listed] == [
        ("google", "Google", "google"),
        ("facebook", "Facebook", "facebook"),
        ("x", "X", "x"),
        ("apple", "Apple", "apple"),
        ("company", "Our company", "openid"),
    ]


async def test_somebody_new_comes_by_openid_and_comes_again(at: Site, issuer: str) -> None:
    begun = await begin(at, "company")
    asked = {key: values[0] for key, values in parse_qs(urlsplit(begun.url).query).items()}
    assert asked["code_challenge_method"] == "S256"
    assert asked["nonce"]
    assert set(asked["scope"].split()) == {"openid", "email", "profile"}
    place = await consent(begun.url, "ana")
    assert place.startswith(f"{ORIGIN}{AUTH}/providers/company/callback?")
    assert told(place)["iss"] == issuer
    back = await at.ask("GET", place)
    found = told(back.headers["location"])
    made = await exchange(at, found["code"], begun.verifier, language="de", base_currency="CHF")
    person = made.json()["person"]
    assert (person["email"], person["name"], person["language"]) == ("ana@example.com", "Ana Example", "de")
    assert [book["base_currency"] for book in made.json()["books"]] == ["CHF"]

    begun = await begin(at, "company")
    back = await at.ask("GET", await consent(begun.url, "ana"))
    again = await exchange(at, told(back.headers["location"])["code"], begun.verifier)
    assert again.json()["person"]["id"] == person["id"]
    ways = (await at.get(f"{AUTH}/ways", headers=bearer(again)))["items"]
    assert [(way["kind"], way["label"], way["name"], way["removable"]) for way in ways] == [
        ("provider", "Our company", "ana@example.com", False)
    ]
    assert ways[0]["used_at_ms"] is not None
    only = await at.ask("DELETE", f"{AUTH}/ways/{ways[0]['id']}", headers=bearer(again))
    assert (only.status_code, only.json()["code"]) == (409, "way_last")


async def test_an_address_that_is_not_confirmed_is_nobodys_address(at: Site) -> None:
    begun = await begin(at, "company")
    back = await at.ask("GET", await consent(begun.url, "unconfirmed"))
    made = await exchange(at, told(back.headers["location"])["code"], begun.verifier)
    assert made.json()["person"]["email"] is None
    ways = (await at.get(f"{AUTH}/ways", headers=bearer(made)))["items"]
    assert ways[0]["name"] == "unconfirmed@example.com"


async def test_who_cancels_there_is_told_so(at: Site) -> None:
    begun = await begin(at, "company")
    back = await at.ask("GET", await consent(begun.url, "ana", cancel=True))
    assert back.headers["location"] == "/signed-in#problem=provider_denied"


@pytest.mark.parametrize(
    ("name", "label", "email"),
    [
        ("google", "robin@example.com", "robin@example.com"),
        ("facebook", "robin@example.com", None),  # Facebook does not say whether it is confirmed
        ("x", "@robin_reed", None),
        ("apple", "robin@example.com", "robin@example.com"),
    ],
)
async def test_the_others_as_they_speak(
    at: Site, others: Partner, name: str, label: str, email: str | None
) -> None:
    made = await sign_in(at, others, name)
    person = made.json()["person"]
    assert person["email"] == email
    assert person["name"] == ("@robin_reed" if name == "x" else "Robin Reed")
    ways = (await at.get(f"{AUTH}/ways", headers=bearer(made)))["items"]
    assert [(way["provider"], way["name"]) for way in ways] == [(name, label)]
    # Apple says the name once only.
    again = await sign_in(at, others, name)
    assert again.json()["person"]["id"] == person["id"]
    assert again.json()["person"]["name"] == person["name"]
    others.me = {**others.me, "id": "1002", "email": "else@example.com"}
    other = await sign_in(at, others, name)
    assert other.json()["person"]["id"] != person["id"]
    await no_token_is_kept(at, others)


async def no_token_is_kept(at: Site, others: Partner) -> None:
    assert others.tokens
    assert await at.store.read(lambda read: read.value("SELECT COUNT(*) FROM ceremony")) == 0


async def test_a_browser_gets_its_cookie_and_nothing_in_the_body(at: Site, others: Partner) -> None:
    made = await sign_in(at, others, "x", client="browser")
    assert "refresh_token" not in made.json()
    assert made.headers["set-cookie"].startswith("outlay_refresh=")
    assert (await at.ask("POST", f"{AUTH}/refresh")).status_code == 200


async def test_a_device_that_was_used_without_an_account_brings_its_book(at: Site, others: Partner) -> None:
    book_id = "0198c0de-0000-7000-8000-00000000abcd"
    made = await sign_in(at, others, "facebook", book_id=book_id)
    assert [(book["id"], book["ver"]) for book in made.json()["books"]] == [(book_id, 0)]


async def test_a_confirmed_address_of_an_account_is_never_merged_into_it(at: Site, others: Partner) -> None:
    body = {"email": "Robin@example.com", "password": "nine quiet otters", "client": "native"}
    mine = await at.ask("POST", f"{AUTH}/sign-up", json=body)
    refused = await sign_in(at, others, "apple")
    assert (refused.status_code, refused.json()["code"]) == (409, "way_link")
    assert await at.store.read(lambda read: read.value("SELECT COUNT(*) FROM person")) == 1

    # Signed in to it, they add it.
    headers = {"authorization": f"Bearer {mine.json()['access_token']}"}
    begun = await begin(at, "apple", who=headers)
    place = await come_back(at, begun, others.sign_in(begun.url), form=True)
    assert place.startswith("/settings/ways#code=")
    added = await link(at, place, begun, headers)
    assert added.status_code == 201, added.text
    ways = (await at.get(f"{AUTH}/ways", headers=headers))["items"]
    assert [(way["kind"], way["removable"]) for way in ways] == [("password", False), ("provider", True)]
    back = await sign_in(at, others, "apple")
    assert back.json()["person"]["id"] == mine.json()["person"]["id"]

    # And take it away again.
    gone = await at.ask("DELETE", f"{AUTH}/ways/{added.json()['id']}", headers=headers)
    assert gone.status_code == 204
    assert (await sign_in(at, others, "apple")).json()["code"] == "way_link"


async def test_a_provider_alone_opens_nothing_where_there_is_a_second_factor(
    at: Site, others: Partner
) -> None:
    headers = bearer(await sign_in(at, others, "x"))
    secret = (await at.ask("POST", f"{AUTH}/second-factor/set-up", headers=headers)).json()["secret"]

    def shown(steps: int = 0) -> dict[str, str]:
        return {"code": pyotp.TOTP(secret).at(at.store.clock() // 1000 + steps * 30)}

    on = await at.ask("POST", f"{AUTH}/second-factor/turn-on", headers=headers, json=shown())
    recovery = on.json()["codes"][0]
    at.rooms.clock.advance(60_000)  # type: ignore[attr-defined]  # the test's clock

    async def used() -> int:
        ways = (await at.get(f"{AUTH}/ways", headers=headers))["items"]
        return int(ways[0]["used_at_ms"])

    first = await used()
    sessions = len((await at.get(f"{AUTH}/sessions", headers=headers))["items"])

    async def first_step(client: str) -> tuple[str, str, str]:
        """(the code, its verifier, the ticket)."""
        begun = await begin(at, "x")
        code = told(await come_back(at, begun, others.sign_in(begun.url)))["code"]
        asked = await exchange(at, code, begun.verifier, client=client)
        assert (asked.status_code, asked.json()["code"]) == (401, "second_factor_required")
        assert "access_token" not in asked.text
        assert "set-cookie" not in asked.headers
        return code, begun.verifier, asked.json()["params"]["ticket"]

    async def second_step(ticket: str, code: str) -> httpx.Response:
        return await at.ask("POST", f"{AUTH}/second-factor", json={"ticket": ticket, "code": code})

    code, verifier, ticket = await first_step("native")
    # The code gives no other ticket; a wrong try leaves this one good.
    assert (await exchange(at, code, verifier)).json()["code"] == "way_expired"
    assert (await second_step(ticket, "000000")).json()["code"] == "second_factor_failed"
    assert len((await at.get(f"{AUTH}/sessions", headers=headers))["items"]) == sessions
    assert await used() == first < at.store.clock()
    assert (await second_step(ticket, shown(1)["code"])).json()["refresh_token"]
    assert await used() == at.store.clock()
    assert (await second_step(ticket, recovery)).json()["code"] == "ticket_over"
    by_recovery = await second_step((await first_step("browser"))[2], recovery)
    assert by_recovery.status_code == 200
    assert "outlay_refresh=" in by_recovery.headers["set-cookie"]
    # Tries are the person's, however many tickets there are.
    tickets = [(await first_step("native"))[2] for _ in range(2)]
    tried = [
        (await second_step(tickets[n % 2], "000000")).json()["code"]
        for n in range(limits.SECOND_FACTOR_TRIES + 2)
    ]
    assert tried.count("second_factor_failed") == limits.SECOND_FACTOR_TRIES
    assert tried[-2:] == ["rate_limited"] * 2


async def link(at: Site, place: str, begun: Begun, headers: dict[str, str]) -> httpx.Response:
    body = {"code": told(place)["code"], "verifier": begun.verifier}
    return await at.ask("POST", f"{AUTH}/ways/exchange", headers=headers, json=body)


async def test_a_way_belongs_to_one_person(at: Site, others: Partner) -> None:
    await sign_in(at, others, "x")
    somebody = await at.person()
    begun = await begin(at, "x", who=somebody.headers)
    place = await come_back(at, begun, others.sign_in(begun.url))
    taken = await link(at, place, begun, somebody.headers)
    assert (taken.status_code, taken.json()["code"]) == (409, "way_taken")


async def test_one_that_is_taken_off_meanwhile_begins_no_session(
    at: Site, others: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    person_id = (await sign_in(at, others, "x")).json()["person"]["id"]
    meanwhile(monkeypatch, lambda tx: ways.remove_all(tx, person_id))
    answer = await sign_in(at, others, "x")
    assert (answer.status_code, answer.json()["code"]) == (401, "ticket_over")


async def test_a_closed_server_takes_nobody_new(
    store: Store, settings: Settings, others: Partner, tmp_path: Path
) -> None:
    closed = dataclasses.replace(settings, sign_up="closed", providers=others.file(tmp_path))
    async with site_of(store, closed) as site:
        refused = await sign_in(site, others, "x")
        assert (refused.status_code, refused.json()["code"]) == (403, "sign_up_closed")


async def test_a_phones_app_goes_by_the_systems_browser(at: Site, others: Partner) -> None:
    begun = await begin(at, "facebook", client="native")
    assert begun.url.startswith(f"{ORIGIN}{AUTH}/providers/go/")
    assert COOKIE not in at.client.cookies
    async with httpx.AsyncClient(transport=at.client._transport, base_url=ORIGIN) as browser:
        gone = await browser.get(begun.url)
        assert gone.status_code == 303
        parameters = others.sign_in(gone.headers["location"])
        assert (await browser.get(begun.url)).json()["code"] == "way_expired"  # once
        back = await browser.get(with_query(f"{AUTH}/providers/facebook/callback", parameters))
    assert back.headers["location"].startswith("outlay://signed-in?code=")
    code = told(back.headers["location"])["code"]
    assert (await exchange(at, code, begun.verifier)).json()["refresh_token"]


COOKIE = "outlay_sign_in"


# Attacks


def refused(place: str, problem: str = "way_expired") -> None:
    assert told(place) == {"problem": problem}, place


async def test_a_state_that_is_not_ours(at: Site, others: Partner) -> None:
    begun = await begin(at, "x")
    answer = others.sign_in(begun.url)
    refused(await come_back(at, begun, {**answer, "state": "x" * 43}))
    refused(await come_back(at, begun, {"code": answer["code"]}))


async def test_an_answer_counts_once(at: Site, others: Partner) -> None:
    begun = await begin(at, "x")
    cookie = at.client.cookies[COOKIE]
    answer = others.sign_in(begun.url)
    place = await come_back(at, begun, answer)
    at.client.cookies.set(COOKIE, cookie, domain="127.0.0.1", path="/")
    refused(await come_back(at, begun, answer))
    code = told(place)["code"]
    assert (await exchange(at, code, begun.verifier)).status_code == 200
    again = await exchange(at, code, begun.verifier)
    assert (again.status_code, again.json()["code"]) == (403, "way_expired")


async def test_login_csrf_an_answer_in_another_browser(at: Site, others: Partner) -> None:
    """An attacker begins, signs in as themselves, and has somebody else's browser open the end of it."""
    begun = await begin(at, "x")
    answer = others.sign_in(begun.url)
    at.client.cookies.clear()
    refused(await come_back(at, begun, answer))
    begun = await begin(at, "x")
    answer = others.sign_in(begun.url)
    await begin(at, "x")  # the victim has a sign-in of their own under way
    refused(await come_back(at, begun, answer))


async def test_a_code_is_of_no_use_without_the_verifier(at: Site, others: Partner) -> None:
    begun = await begin(at, "x")
    code = told(await come_back(at, begun, others.sign_in(begun.url)))["code"]
    stolen = await exchange(at, code, pair()[0])
    assert (stolen.status_code, stolen.json()["code"]) == (403, "way_expired")
    # And a wrong try uses it up.
    assert (await exchange(at, code, begun.verifier)).json()["code"] == "way_expired"


async def test_a_code_does_only_what_it_was_begun_for(at: Site, others: Partner) -> None:
    """Nobody's account is linked by a sign-in, nobody is signed in by a linking, nobody links for somebody else."""
    one, two = await at.person(), await at.person()
    begun = await begin(at, "x")
    place = await come_back(at, begun, others.sign_in(begun.url))
    assert (await link(at, place, begun, one.headers)).json()["code"] == "way_expired"
    begun = await begin(at, "x", who=one.headers)
    place = await come_back(at, begun, others.sign_in(begun.url))
    assert (await link(at, place, begun, two.headers)).json()["code"] == "way_expired"
    begun = await begin(at, "x", who=one.headers)
    place = await come_back(at, begun, others.sign_in(begun.url))
    assert (await exchange(at, told(place)["code"], begun.verifier)).json()["code"] == "way_expired"


async def test_mix_up_the_answer_of_another_provider(at: Site, others: Partner, issuer: str) -> None:
    """RFC 9700, 4.4: sent to one provider, come back from another."""
    begun = await begin(at, "company")
    answer = others.sign_in((await begin(at, "x")).url)
    begun = await begin(at, "company")
    state = parse_qs(urlsplit(begun.url).query)["state"][0]
    refused(
        await come_back(at, Begun("x", begun.url, begun.verifier), {**answer, "state": state}),
        "provider_failed",
    )
    for iss in ({"iss": others.url}, {"iss": f"{issuer}/"}, {}):
        begun = await begin(at, "company")
        parameters = told(await consent(begun.url, "ana"))
        parameters.pop("iss")
        refused(await come_back(at, begun, {**parameters, **iss}), "provider_failed")
    begun = await begin(at, "x")
    refused(await come_back(at, begun, {**others.sign_in(begun.url), "iss": issuer}), "provider_failed")


NOT_FOR_THIS_SIGN_IN: list[dict[str, Any]] = [
    {"nonce": "another"},
    {"nonce": None},
    {"iss": "https://accounts.google.com"},
    {"aud": "another.client"},
    {"aud": ["app.outlay.web", "another.client"], "azp": "another.client"},
    {"exp": 1_700_000_000},
    {"iat": 4_000_000_000},
    {"sub": None},
    {"sub": ""},
]


async def test_an_id_token_that_is_not_for_this_sign_in(at: Site, others: Partner) -> None:
    for claims in NOT_FOR_THIS_SIGN_IN:
        others.claims = claims
        begun = await begin(at, "apple")
        refused(await come_back(at, begun, others.sign_in(begun.url), form=True), "provider_failed")
    others.claims = {}
    assert (await sign_in(at, others, "apple")).status_code == 200


async def test_an_id_token_that_they_did_not_sign(at: Site, others: Partner) -> None:
    for key, algorithm in (
        (rsa_key("not theirs"), "RS256"),
        (OctKey.import_key(b"app.outlay.web" * 3), "HS256"),
        (OctKey.import_key(json.dumps(others.keys.as_dict(private=False))), "HS256"),
    ):
        others.signed_with, others.algorithm = key, algorithm
        begun = await begin(at, "apple")
        refused(await come_back(at, begun, others.sign_in(begun.url), form=True), "provider_failed")


async def test_a_provider_may_change_its_keys(at: Site, others: Partner) -> None:
    assert (await sign_in(at, others, "apple")).status_code == 200
    others.keys = rsa_key("apple-2")
    assert (await sign_in(at, others, "apple")).status_code == 200


async def test_nobody_says_where_the_browser_goes(at: Site, others: Partner) -> None:
    """Open redirects (RFC 9700, 4.11): no parameter names a place, and none of the answer gets into one."""
    begun = await begin(at, "x")
    answer = {**others.sign_in(begun.url), "redirect_uri": "https://evil.example", "next": "//evil.example"}
    place = await come_back(at, begun, answer)
    assert place.startswith("/signed-in#code=")
    sent = await at.ask(
        "POST", f"{AUTH}/providers/x/callback", data={"state": "//evil.example\r\nx: y", "code": "c"}
    )
    assert sent.headers["location"].startswith(f"{AUTH}/providers/x/callback?")
    assert "x" not in sent.headers
    callback = parse_qs(urlsplit(begun.url).query)["redirect_uri"]
    assert callback == [f"{ORIGIN}{AUTH}/providers/x/callback"]
    for name in ("nobody", "X", "..", "%2e%2e"):
        answer_ = await at.ask("POST", f"{AUTH}/providers/{name}/start", json={"challenge": pair()[1]})
        assert answer_.status_code in (404, 405)


async def test_it_has_to_be_soon(at: Site, others: Partner, clock: Clock) -> None:
    begun = await begin(at, "x")
    answer = others.sign_in(begun.url)
    clock.advance(10 * 60_000 + 1)
    refused(await come_back(at, begun, answer))
    begun = await begin(at, "x")
    code = told(await come_back(at, begun, others.sign_in(begun.url)))["code"]
    clock.advance(2 * 60_000 + 1)
    assert (await exchange(at, code, begun.verifier)).json()["code"] == "way_expired"


async def test_a_provider_that_is_away_is_said_to_be(at: Site, others: Partner) -> None:
    begun = await begin(at, "facebook")
    answer = {**others.sign_in(begun.url), "code": "not theirs"}
    refused(await come_back(at, begun, answer), "provider_failed")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("[google]\nclient_secret = 'x'", "client_id"),
        ("[apple]\nclient_id = 'x'\nteam_id = 'x'\nkey_id = 'x'", "private_key_file"),
        ("[company]\nclient_id = 'x'", "issuer"),
        ("[company]\nclient_id = 'x'\nissuer = 'http://id.example'", "https"),
        ("[x]\nclient_id = 'x'\nclient_secret = 'y'\ncolour = 'red'", "colour"),
        ("[x]\nclient_id = 7", "text"),
        ("[Work]\nclient_id = 'x'", "small letters"),
        ("x = 'y'", "table"),
        ("[", "providers.toml"),
    ],
)
def test_what_is_wrong_with_the_file_is_said(tmp_path: Path, text: str, wrong: str) -> None:
    file = tmp_path / "providers.toml"
    file.write_text(text)
    with pytest.raises(ProvidersError, match=wrong):
        read_providers(file)


def test_the_known_ones_need_no_addresses(tmp_path: Path) -> None:
    file = tmp_path / "providers.toml"
    file.write_text(
        "[google]\nclient_id = 'a'\nclient_secret = 'b'\n[x]\nclient_id = 'a'\nclient_secret = 'b'"
    )
    google, x = read_providers(file).values()
    assert (google.issuer, google.label) == ("https://accounts.google.com", "Google")
    assert x.me_url == "https://api.x.com/2/users/me"
