"""Conflicts by REST: seen, and resolved as the app resolves them."""

from __future__ import annotations

from typing import Any

from sites import Site, Somebody, World, push_body, world

PATH = "/api/v1/conflicts"


async def open_conflicts(site: Site, at: World) -> list[dict[str, Any]]:
    return list((await site.get(PATH, at.owner))["items"])


async def resolve(site: Site, who: Somebody, row_id: str, choice: str) -> Any:
    return await site.ask("POST", f"{PATH}/{row_id}/resolve", who, json={"choice": choice})


def sides(conflict: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Whose the kept and the lost version are."""
    return {
        "kept": (conflict["kept_device_id"], conflict["kept_person_id"]),
        "lost": (conflict["device_id"], conflict["person_id"]),
    }


async def edit(site: Site, at: World, device: str, made_at: int, **fields: Any) -> str:
    """One device sets fields of the transaction, having seen it as it was in the beginning; the status."""
    mutation = {
        "seq": 1, "mid": f"01890000-0000-7000-8000-{made_at:012}", "base": int(at.ids["ver"]), "made_at": made_at,
        "name": "transaction.edit",
        "ops": [{"e": "transaction", "id": at.ids["transaction"], "k": "set", "f": fields}],
    }  # fmt: skip
    body = {**push_body(at.ids["epoch"]), "device": device, "sent_at": 100, "mutations": [mutation]}
    answer = await site.ask("POST", "/api/v1/sync/push", at.owner, json=body)
    return str(answer.json()["results"][0]["status"])


async def test_the_other_value_is_taken(site: Site) -> None:
    at = await world(site)
    assert await edit(site, at, "device-3", 10, note="mine") == "ok"
    assert await edit(site, at, "device-4", 20, note="theirs") == "ok+conflict"
    [conflict] = [each for each in await open_conflicts(site, at) if each["kind"] == "overwritten"]
    assert (conflict["kept"], conflict["lost"]) == ({"note": "theirs"}, {"note": "mine"})
    assert sides(conflict) == {"kept": ("device-4", at.owner.id), "lost": ("device-3", at.owner.id)}
    assert conflict["kept_at_ms"] - conflict["at_ms"] == 10
    assert conflict["choices"] == ["keep", "use_other"]
    wrong = await resolve(site, at.owner, conflict["id"], "retry")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "not_allowed")
    done = await resolve(site, at.owner, conflict["id"], "use_other")
    assert done.status_code == 200, done.text
    assert done.json()["choices"] == []
    assert done.json()["resolved_at_ms"] == site.store.clock()
    row = await site.get(f"/api/v1/transactions/{at.ids['transaction']}", at.owner)
    assert row["note"] == "mine"
    assert conflict["id"] not in [each["id"] for each in await open_conflicts(site, at)]
    again = await resolve(site, at.owner, conflict["id"], "keep")
    assert again.json() == done.json()


async def test_what_is_parked_can_be_tried_again_or_let_go(site: Site) -> None:
    at = await world(site)
    [parked] = await open_conflicts(site, at)
    assert (parked["kind"], parked["code"], parked["choices"]) == (
        "parked",
        "account_gone",
        ["retry", "discard"],
    )
    refused = await resolve(site, at.owner, parked["id"], "retry")
    assert (refused.status_code, refused.json()["code"]) == (422, "account_gone")
    assert [each["id"] for each in await open_conflicts(site, at)] == [parked["id"]]
    account = {
        "id": parked["lost"]["ops"][0]["f"]["account_id"],
        "name": "Purse",
        "kind": "cash",
        "currency": "EUR",
    }
    await site.make("/api/v1/accounts", at.owner, account)
    assert (await resolve(site, at.owner, parked["id"], "retry")).status_code == 200
    row_id = parked["lost"]["ops"][0]["id"]
    assert (await site.get(f"/api/v1/transactions/{row_id}", at.owner))["amount_minor"] == 700
    assert await open_conflicts(site, at) == []


async def test_a_cursor_survives_that_its_conflict_is_resolved(site: Site) -> None:
    at = await world(site)
    for n, note in enumerate(("one", "two", "three"), 1):
        await edit(site, at, f"device-{n + 2}", n * 10, note=note)
    everything = [each["id"] for each in await open_conflicts(site, at)]
    assert len(everything) == 3
    first = await site.get(f"{PATH}?limit=1", at.owner)
    assert [each["id"] for each in first["items"]] == everything[:1]
    assert (await resolve(site, at.owner, everything[0], "keep")).status_code == 200
    second = await site.get(f"{PATH}?limit=1&cursor={first['next']}", at.owner)
    assert [each["id"] for each in second["items"]] == everything[1:2]
    third = await site.get(f"{PATH}?limit=1&cursor={second['next']}", at.owner)
    assert ([each["id"] for each in third["items"]], third["next"]) == (everything[2:], None)
    for wrong in ("x", everything[0], f"-1:{everything[0]}", f"{'9' * 30}:{everything[0]}"):
        answer = await site.ask("GET", f"{PATH}?cursor={wrong}", at.owner)
        assert (answer.status_code, answer.json()["code"]) == (400, "parameter_invalid"), answer.text


async def test_a_device_is_called_what_it_said_last(site: Site) -> None:
    at = await world(site)

    async def names(who: Somebody) -> dict[str, str | None]:
        items = (await site.get("/api/v1/sync/devices", who))["items"]
        return {item["id"]: item["name"] for item in items}

    async def push(**more: str) -> None:
        body = {**push_body(at.ids["epoch"]), "device": "device-3", **more}
        assert (await site.ask("POST", "/api/v1/sync/push", at.owner, json=body)).status_code == 200

    await push(name="Ana's phone")
    await push()
    assert await names(at.editor) == {"device-1": None, "device-3": "Ana's phone"}
    await push(name="Ana's tablet")
    assert (await names(at.viewer))["device-3"] == "Ana's tablet"
    stored = await site.store.read(lambda read: read.all("SELECT name FROM device WHERE name IS NOT NULL"))
    assert b"Ana" not in bytes(stored[0][0]), "it is sealed"


async def test_each_version_says_whose_it_is(site: Site) -> None:
    at = await world(site)
    assert await edit(site, at, "device-3", 50, note="later") == "ok"
    assert await edit(site, at, "device-4", 20, note="earlier") == "ok+conflict"
    [lost] = [each for each in await open_conflicts(site, at) if each["kind"] == "overwritten"]
    assert (lost["kept"], lost["lost"]) == ({"note": "later"}, {"note": "earlier"})
    assert sides(lost) == {"kept": ("device-3", at.owner.id), "lost": ("device-4", at.owner.id)}
    await site.ask("DELETE", f"/api/v1/transactions/{at.ids['transaction']}", at.editor)
    assert await edit(site, at, "device-5", 60, note="too late") == "parked:gone"
    [gone] = [each for each in await open_conflicts(site, at) if each["kind"] == "edit_on_deleted"]
    assert sides(gone)["lost"] == ("device-5", at.owner.id)
    assert sides(gone)["kept"][1] == at.editor.id
