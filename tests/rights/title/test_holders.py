"""Co-holders and transfers: shares make a whole, dispositions need everybody, and a transferor keeps nothing."""

import pytest

from kernel.time.clock import FixedClock
from tests.conftest import As, Client
from tests.refusals import not_there, refused
from tests.rights import procedure
from tests.rights import story as registration
from tests.rights.title.story import check, grant, granted, onward, terms, titled


def share(of: Client, numerator: int, denominator: int) -> dict:
    """One line of a list of shares."""
    return {"party_id": of.party, "numerator": numerator, "denominator": denominator}


async def set_shares(registrar: Client, asset: str, *shares: dict):
    """Enter shares."""
    return await registrar.post(f"/v1/assets/{asset}/shares", {"shares": list(shares), "basis": "共有协议"})


async def transfer(registrar: Client, asset: str, by: Client, to: Client, *consents: Client):
    """Enter a transfer."""
    body = {
        "transferor_id": by.party,
        "transferee_id": to.party,
        "basis": "转让合同",
        "consents": [one.party for one in consents],
    }
    return await registrar.post(f"/v1/assets/{asset}/title/transfer", body)


async def registered(as_: As, clock: FixedClock, asset: str, by: Client, to: Client, **over):
    """Apply for the registration of a transfer, and take it to its certificate; gives the first refusal or the case."""
    (root,) = (await by.get(f"/v1/assets/{asset}/title")).json()["titles"]
    asked = await procedure.ask(by, root["certificate_id"], "transfer", transferee_id=to.party, **over)
    if asked.status_code != 201:
        return asked
    path = f"/v1/registrations/{asked.json()['id']}/transferee"
    joined = await to.post(path, {"decision": "consent", "reason": "同意受让"})
    assert joined.status_code == 200, joined.text
    return await procedure.concluded(await as_("registrar"), clock, joined.json())


@pytest.mark.parametrize(
    ("fractions", "pointers"),
    [
        ([(1, 3), (1, 3)], ["/shares"]),
        ([(1, 3), (2, 3), (1, 3)], ["/shares"]),
    ],
)
async def test_shares_make_up_a_whole(as_: As, clock: FixedClock, fractions: list, pointers: list) -> None:
    asset = await titled(as_, clock)
    owners = [await as_("provider", name) for name in ("", "b", "c")]
    shares = [share(owner, *fraction) for owner, fraction in zip(owners, fractions, strict=False)]
    problem = refused(await set_shares(await as_("registrar"), asset, *shares), 422, "shares-faulty", "LT-TTL-07")
    assert [fault["pointer"] for fault in problem["errors"]] == pointers


async def test_the_registered_holder_is_among_them_and_nobody_twice(as_: As, clock: FixedClock) -> None:
    asset = await titled(as_, clock)
    other = await as_("provider", "b")
    sent = await set_shares(await as_("registrar"), asset, share(other, 1, 2), share(other, 1, 2))
    problem = refused(sent, 422, "shares-faulty", "LT-TTL-07")
    assert [fault["pointer"] for fault in problem["errors"]] == ["/shares/1/party_id", "/shares"]


@pytest.mark.slow
async def test_a_co_holder_licenses_alone_and_disposes_together(as_: As, clock: FixedClock) -> None:
    asset = await titled(as_, clock)
    first, second, buyer = await as_("provider"), await as_("provider", "b"), await as_("buyer")
    registrar = await as_("registrar")
    assert (await set_shares(registrar, asset, share(first, 1, 3), share(second, 2, 3))).status_code == 201
    await granted(second, asset, buyer, terms(buyer.party, territory=["CN-11"]))
    alone = terms(buyer.party, exclusivity="exclusive")
    body = refused(await grant(first, asset, buyer, alone), 409, "holders-must-consent", "LT-TTL-08")
    assert body["against"] == [second.party]
    recorded = {
        "grantor_id": first.party,
        "grant": {"grantee_id": buyer.party, "terms": alone},
        "consents": [second.party],
    }
    path = f"/v1/assets/{asset}/recorded-grants"
    refused(await first.post(path, recorded), 403, "forbidden")
    assert (await registrar.post(path, recorded)).status_code == 201
    # The title itself passes only with its certificate, and all of it, with everybody's consent; told at once.
    refused(await transfer(registrar, asset, first, buyer, second), 409, "title-passes-by-registration", "LT-TTL-12")
    taker = await as_("provider", "c")
    consented = await procedure.story.evidence(first, [*procedure.LATER["transfer"], "co-party-consent"])
    bare = await registered(as_, clock, asset, first, taker)
    assert [fault["detail"] for fault in bare.json()["errors"]] != []
    silent = await registered(as_, clock, asset, first, taker, evidence=consented)
    assert refused(silent, 409, "holders-must-consent", "LT-TTL-08")["against"] == [second.party]
    partly = await registered(as_, clock, asset, first, taker, evidence=consented, rights=["OPERATE"])
    assert refused(partly, 422, "rights-pass-together", "LT-TTL-11")["wanted"] == ["OPERATE"]
    assert (await first.get("/v1/registrations")).json()["items"][0]["type"] == "initial"
    done = await registered(
        as_, clock, asset, first, taker, evidence=consented, consents=[second.party], rights=["HOLD", "USE", "OPERATE"]
    )
    assert done["status"] == "certified"
    view = (await second.get(f"/v1/assets/{asset}/title")).json()
    held = {held["party_id"]: (held["numerator"], held["denominator"]) for held in view["shares"]}
    assert held == {second.party: (2, 3), taker.party: (1, 3)}
    sheets = (await registrar.get(f"/v1/assets/{asset}/gate-sheets")).json()["items"]
    assert [(sheet["act"], sheet["subject"]) for sheet in sheets] == [("transfer", done["id"])] * 2
    outcomes = {answer["rule"]: answer["outcome"] for answer in sheets[0]["answers"]}
    assert {rule for rule, outcome in outcomes.items() if outcome == "not_applicable"} == {"LT-CLS-11", "LT-CLS-14"}
    assert set(outcomes.values()) == {"passed", "not_applicable"}


async def test_unclassified_data_is_not_transferred(as_: As, clock: FixedClock) -> None:
    asset = await titled(as_, clock)
    giver, taker = await as_("provider"), await as_("provider", "taker")
    (root,) = (await giver.get(f"/v1/assets/{asset}/title")).json()["titles"]
    body = await procedure.wanted(giver, "transfer", transferee_id=taker.party)
    sent = await giver.post(f"/v1/certificates/{root['certificate_id']}/registrations", body)
    refused(sent, 422, "classification-missing", "LT-CLS-19")


@pytest.mark.slow
async def test_a_transfer_moves_everything_and_leaves_nothing(as_: As, clock: FixedClock) -> None:
    asset = await titled(as_, clock)
    seller, agent, buyer = await as_("provider"), await as_("developer"), await as_("buyer")
    acquirer, registrar = await as_("provider", "acquirer"), await as_("registrar")
    first = await granted(seller, asset, agent, onward())
    await granted(agent, asset, buyer, terms(buyer.party))
    refused(await transfer(registrar, asset, seller, acquirer), 409, "title-passes-by-registration", "LT-TTL-12")
    assert (await registered(as_, clock, asset, seller, acquirer))["status"] == "certified"
    (root,) = (await acquirer.get(f"/v1/assets/{asset}/title")).json()["titles"]
    assert (root["grantee_id"], root["parent_id"]) == (acquirer.party, None)
    for act in ("exercise", "grant", "transfer"):
        answer = await check(seller, asset, act, terms(seller.party), grantee_id=seller.party)
        assert answer["findings"][0]["edge"]["number"] == 0
    refused(await grant(seller, asset, buyer, terms(buyer.party)), 422, "grant-exceeds-title", "LT-TTL-02")
    # Who was licensed before goes on under the new holder.
    assert (await check(buyer, asset, "exercise", terms(buyer.party)))["permitted"]
    view = (await acquirer.get(f"/v1/assets/{asset}/title")).json()
    assert {licence["id"]: licence["parent_id"] for licence in view["licences"]}[first["id"]] == root["id"]
    refused(await transfer(registrar, asset, seller, acquirer), 409, "not-yours-to-grant", "LT-TTL-10")
    # Another title cannot be opened over it by the party that left: the asset is not its own any more.
    revision = await registration.upload(seller, b"second revision", "more.csv")
    made = await seller.post(f"/v1/assets/{asset}/revisions", {"files": [revision["id"]]})
    not_there(made)


async def test_a_licence_moves_only_where_its_grantor_reaches(as_: As, clock: FixedClock) -> None:
    asset = await titled(as_, clock)
    provider, agent = await as_("provider"), await as_("developer")
    buyer, lender, registrar = await as_("buyer"), await as_("lender"), await as_("registrar")
    transferable = onward(recipients=["class:lender", f"party:{buyer.party}"])
    del transferable["rights"]
    transferable |= {"rights": ["USE", "OPERATE"]}
    await granted(provider, asset, agent, transferable)
    given = terms(lender.party, rights=["USE", "OPERATE"], actions=["use", "transfer"])
    licence = await granted(agent, asset, lender, given)
    stranger = await as_("developer", "stranger")
    problem = refused(await transfer(registrar, asset, lender, stranger), 422, "grant-exceeds-title", "LT-TTL-02")
    assert problem["dimensions"] == ["recipient"]
    moved = await transfer(registrar, asset, lender, buyer)
    assert moved.status_code == 201, moved.text
    assert moved.json()[0]["terms"]["recipients"] == [f"party:{buyer.party}"]
    assert moved.json()[0]["parent_id"] == licence["parent_id"]
    # What cannot be transferred by its terms is not.
    plain = await granted(provider, asset, stranger, terms(stranger.party))
    problem = refused(await transfer(registrar, asset, stranger, buyer), 422, "grant-exceeds-title", "LT-TTL-02")
    assert problem["dimensions"] == ["right", "action"] or problem["dimensions"] == ["action"], plain
