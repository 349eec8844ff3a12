"""The chain of title through HTTP: opened by a certificate, checked edge by edge, and broken where it ends."""

import pytest
from sqlalchemy import text

from kernel.db import unit
from kernel.runtime import Runtime
from kernel.time.clock import FixedClock
from tests.conftest import As
from tests.refusals import not_there, refused
from tests.rights import story as registration
from tests.rights.title.story import check, grant, granted, onward, terms, titled


async def test_a_certificate_opens_the_title(as_: As, clock: FixedClock) -> None:
    asset = await titled(as_, clock)
    provider = await as_("provider")
    view = (await provider.get(f"/v1/assets/{asset}/title")).json()
    (root,) = view["titles"]
    assert (root["grantee_id"], root["parent_id"], root["source"]) == (provider.party, None, "registration")
    assert root["terms"]["rights"] == ["HOLD", "USE", "OPERATE"]
    assert root["terms"]["exclusivity"] == "exclusive"
    assert (root["terms"]["starts"], root["terms"]["ends"]) == ("2026-12-01", "2031-12-02")
    assert view["licences"] == view["remarks"] == view["shares"] == view["made_from"] == []


async def test_a_wish_within_the_chain_and_the_violated_edge_beyond_it(as_: As, clock: FixedClock) -> None:
    asset = await titled(as_, clock)
    provider, agent, buyer = await as_("provider"), await as_("developer"), await as_("buyer")
    first = await granted(provider, asset, agent, onward(purposes=["own-operations"]))
    second = await granted(agent, asset, buyer, terms(buyer.party, territory=["CN-1501"]))
    assert second["parent_id"] == first["id"]
    within = terms(buyer.party, territory=["CN-150102"], purposes=["anti-fraud"], environments=["tee"])
    answer = await check(buyer, asset, "exercise", within)
    assert answer["permitted"]
    assert [link["id"] for link in answer["chain"]][1:] == [first["id"], second["id"]]
    beyond = terms(buyer.party, territory=["CN-11"], ends="2029-01-01")
    answer = await check(buyer, asset, "exercise", beyond)
    (finding,) = answer["findings"]
    assert not answer["permitted"]
    assert finding["edge"] == {"number": 3, "from_grant": second["id"], "to_grant": None}
    assert [(v["dimension"], v["wanted"], v["held"]) for v in finding["violations"]] == [
        ("territory", ["CN-11"], ["CN-1501"]),
        ("term", ["2027-01-01", "2029-01-01"], ["2027-01-01", "2028-01-01"]),
    ]
    assert finding["rule"]["id"] == "LT-TTL-02"
    # The buyer may use, and cannot pass on.
    passed_on = refused(
        await grant(buyer, asset, agent, terms(agent.party, territory=["CN-1501"])),
        422,
        "grant-exceeds-title",
        "LT-TTL-02",
    )
    assert passed_on["dimensions"] == ["recipient", "depth"]
    assert passed_on["edge"] == 3


async def test_who_holds_nothing_is_told_edge_zero(as_: As, clock: FixedClock) -> None:
    asset = await titled(as_, clock)
    buyer = await as_("buyer")
    answer = await check(buyer, asset, "exercise", terms())
    assert (answer["permitted"], answer["chain"]) == (False, [])
    assert answer["findings"][0]["edge"]["number"] == 0


async def test_a_grant_ends_and_with_it_all_that_came_from_it(as_: As, clock: FixedClock) -> None:
    asset = await titled(as_, clock)
    provider, agent, buyer = await as_("provider"), await as_("developer"), await as_("buyer")
    first = await granted(provider, asset, agent, onward())
    await granted(agent, asset, buyer, terms(buyer.party))
    path = f"/v1/grants/{first['id']}/end"
    taken = await provider.post(path, {"reason": "违约"})
    refused(taken, 409, "not-yours-to-grant", "LT-TTL-10")
    ended = await agent.post(path, {"reason": "不再经营"})
    assert ended.json()["status"] == "ended"
    refused(await agent.post(path, {"reason": "again"}), 409, "illegal-transition", "LT-GEN-02")
    (finding,) = (await check(buyer, asset, "exercise", terms(buyer.party)))["findings"]
    assert finding["edge"]["number"] == 1
    assert finding["violations"] == [{"dimension": "status", "wanted": ["active"], "held": ["ended"]}]


async def test_a_cancelled_certificate_breaks_the_chain_at_its_root(as_: As, clock: FixedClock) -> None:
    asset = await titled(as_, clock)
    provider, buyer, registrar = await as_("provider"), await as_("buyer"), await as_("registrar")
    await granted(provider, asset, buyer, terms(buyer.party))
    (root,) = (await provider.get(f"/v1/assets/{asset}/title")).json()["titles"]
    cancelled = await registrar.post(
        f"/v1/certificates/{root['certificate_id']}/cancellation",
        {"ground": "data-destroyed", "reason": "数据灭失"},
    )
    assert cancelled.status_code in (200, 201), cancelled.text
    (finding,) = (await check(buyer, asset, "exercise", terms(buyer.party)))["findings"]
    assert finding["edge"] == {"number": 0, "from_grant": None, "to_grant": root["id"]}
    assert (await provider.get(f"/v1/assets/{asset}/title")).json()["titles"] == []
    refused(await grant(provider, asset, buyer, terms(buyer.party)), 422, "grant-exceeds-title", "LT-TTL-02")


async def test_volumes_add_up_over_siblings(as_: As, clock: FixedClock) -> None:
    asset = await titled(as_, clock)
    provider, agent, buyer = await as_("provider"), await as_("developer"), await as_("buyer")
    first = await granted(provider, asset, agent, onward(rows_max=100))
    await granted(agent, asset, buyer, terms(buyer.party, rows_max=60))
    body = refused(
        await grant(agent, asset, buyer, terms(buyer.party, rows_max=41)), 422, "grant-exceeds-title", "LT-TTL-02"
    )
    assert body["dimensions"] == ["volume"]
    refused(await grant(agent, asset, buyer, terms(buyer.party)), 422, "grant-exceeds-title", "LT-TTL-02")
    await granted(agent, asset, buyer, terms(buyer.party, rows_max=40), under=first["id"])


async def test_whom_a_licence_names_and_classes(as_: As, clock: FixedClock) -> None:
    asset = await titled(as_, clock)
    provider, agent = await as_("provider"), await as_("developer")
    lender, buyer = await as_("lender"), await as_("buyer")
    await granted(provider, asset, agent, onward(recipients=["class:lender"]))
    await granted(agent, asset, lender, terms(lender.party))
    body = refused(await grant(agent, asset, buyer, terms(buyer.party)), 422, "grant-exceeds-title", "LT-TTL-02")
    assert body["dimensions"] == ["recipient"]
    # What cannot be passed on is for its grantee alone.
    refused(await grant(provider, asset, buyer, terms()), 422, "grant-exceeds-title", "LT-TTL-02")


async def test_exclusives_never_overlap(as_: As, clock: FixedClock) -> None:
    asset = await titled(as_, clock)
    provider, agent, buyer = await as_("provider"), await as_("developer"), await as_("buyer")
    alone = await granted(provider, asset, agent, onward(exclusivity="exclusive", territory=["CN-15"]))
    for exclusivity in ("ordinary", "sole", "exclusive"):
        wanted = terms(buyer.party, territory=["CN-150102"], exclusivity=exclusivity)
        body = refused(await grant(provider, asset, buyer, wanted), 409, "exclusive-field-taken", "LT-TTL-03")
        assert body["against"] == [alone["id"]]
    await granted(provider, asset, buyer, terms(buyer.party, territory=["CN-11"], exclusivity="exclusive"))
    # Who holds the field alone may license in it, and its grantor may not even use it.
    await granted(agent, asset, buyer, terms(buyer.party, territory=["CN-150102"]))
    (finding,) = (await check(provider, asset, "exercise", terms(provider.party)))["findings"]
    assert (finding["kind"], finding["rule"]["id"]) == ("exclusive", "LT-TTL-03")
    assert (await check(agent, asset, "exercise", terms(agent.party)))["permitted"]
    assert (await agent.post(f"/v1/grants/{alone['id']}/end", {"reason": "到期"})).status_code == 200
    assert (await check(provider, asset, "exercise", terms(provider.party)))["permitted"]


async def test_a_sole_grant_leaves_its_grantor_its_own_use(as_: As, clock: FixedClock) -> None:
    asset = await titled(as_, clock)
    provider, buyer, agent = await as_("provider"), await as_("buyer"), await as_("developer")
    await granted(provider, asset, buyer, terms(buyer.party, exclusivity="sole"))
    assert (await check(provider, asset, "exercise", terms(provider.party)))["permitted"]
    refused(await grant(provider, asset, agent, terms(agent.party)), 409, "exclusive-field-taken", "LT-TTL-03")


async def test_nobody_promises_alone_what_they_hold_beside_others(as_: As, clock: FixedClock) -> None:
    asset = await titled(as_, clock)
    provider, agent, buyer = await as_("provider"), await as_("developer"), await as_("buyer")
    await granted(provider, asset, agent, onward())
    body = refused(
        await grant(agent, asset, buyer, terms(buyer.party, exclusivity="exclusive")),
        422,
        "grant-exceeds-title",
        "LT-TTL-02",
    )
    assert body["dimensions"] == ["exclusivity"]


async def test_who_sees_what(as_: As, clock: FixedClock) -> None:
    asset = await titled(as_, clock)
    provider, agent, buyer = await as_("provider"), await as_("developer"), await as_("buyer")
    stranger, registrar = await as_("lender"), await as_("registrar")
    await granted(provider, asset, agent, onward())
    await granted(agent, asset, buyer, terms(buyer.party))
    seen = {}
    for name, who in {"p": provider, "a": agent, "b": buyer, "s": stranger, "r": registrar}.items():
        view = (await who.get(f"/v1/assets/{asset}/title")).json()
        assert len(view["titles"]) == 1
        seen[name] = (len(view["licences"]), view["licences_not_shown"])
    assert seen == {"p": (2, 0), "a": (2, 0), "b": (1, 1), "s": (0, 2), "r": (2, 0)}
    other = await stranger.post(
        f"/v1/assets/{asset}/title/check", {"act": "exercise", "wanted": terms(), "holder_id": buyer.party}
    )
    not_there(other)
    assert (await check(registrar, asset, "exercise", terms(buyer.party), holder_id=buyer.party))["permitted"]
    untitled = await registration.asset(provider, b"no title yet")
    not_there(await stranger.get(f"/v1/assets/{untitled['id']}/title"))
    assert (await provider.get(f"/v1/assets/{untitled['id']}/title")).status_code == 200


@pytest.mark.parametrize("path", ["title/check", "grants"])
async def test_unknown_words_are_named_and_nothing_changes(
    as_: As, clock: FixedClock, runtime: Runtime, path: str
) -> None:
    asset = await titled(as_, clock)
    provider, buyer = await as_("provider"), await as_("buyer")
    wrong = terms(purposes=["fun"], territory=["CN-99"], ends="2026-01-01")
    body = (
        {"act": "exercise", "wanted": wrong} if path == "title/check" else {"grantee_id": buyer.party, "terms": wrong}
    )
    name = "wanted" if path == "title/check" else "terms"
    async with unit(runtime.sessions) as session:
        before = await session.scalar(text("SELECT count(*) FROM log_entry"))
    problem = refused(await provider.post(f"/v1/assets/{asset}/{path}", body), 422, "grant-inexpressible", "LT-TTL-01")
    assert [fault["pointer"] for fault in problem["errors"]] == [
        f"/{name}/purposes/0",
        f"/{name}/territory/0",
        f"/{name}/ends",
    ]
    async with unit(runtime.sessions) as session:
        assert await session.scalar(text("SELECT count(*) FROM log_entry")) == before
        assert await session.scalar(text("SELECT count(*) FROM title_grant")) == 1


async def test_an_offer_to_nobody_yet_is_asked_like_the_grant_it_becomes(as_: As, clock: FixedClock) -> None:
    """要约: who would pass on must have something to pass on, and what others were given is gone."""
    asset = await titled(as_, clock)
    provider, agent, buyer = await as_("provider"), await as_("developer"), await as_("buyer")
    await granted(provider, asset, agent, onward(calls_max=100))
    assert (await check(agent, asset, "grant", terms(calls_max=100)))["permitted"]
    answer = await check(agent, asset, "grant", onward(calls_max=100))
    assert [v["dimension"] for v in answer["findings"][0]["violations"]] == ["depth"]
    await granted(agent, asset, buyer, terms(buyer.party, calls_max=60))
    assert (await check(agent, asset, "grant", terms(calls_max=40)))["permitted"]
    answer = await check(agent, asset, "grant", terms(calls_max=41))
    assert [(v["wanted"], v["held"]) for v in answer["findings"][0]["violations"]] == [(["calls:41"], ["calls:40"])]
    answer = await check(buyer, asset, "grant", terms())
    assert "depth" in [v["dimension"] for v in answer["findings"][0]["violations"]]
