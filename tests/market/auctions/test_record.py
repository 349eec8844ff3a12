"""The record of an auction is computed again without the centre, and whatever is altered in it is named."""

import copy
import json
from typing import Any

import msgspec
import pytest

from centre.verification.verify import examined
from kernel.actor import Actor
from kernel.documents.checks import Trust
from kernel.jobs.sweeps import sequence
from market.auctions.record import gathering, recomputing
from market.auctions.record.content import (
    AuctionNotice,
    AuctionOutcome,
    AuctionRecord,
    BidsDigest,
    RecordedBid,
    RecordedCommitment,
    RecordedReserve,
    RecordedStep,
    RecordedTie,
    bids_digest,
)
from tests.market.auctions.story import announced, committed, confirmed, joined, money, passed, sealed
from tests.market.trade import Trade
from tests.refusals import refused

NOTICE = AuctionNotice(
    auction_id="auc_1",
    format="english",
    seller="pty_s",
    listing_id="lst_1",
    title_zh="数据",
    title_en="Data",
    terms_digest="",
    currency="CNY",
    start_price="1000.00",
    deposit="200.00",
    steps=[RecordedStep("0.00", "100.00"), RecordedStep("1500.00", "200.00")],
    reserve_digest="",
    runner_up=True,
    displays_at="2026-11-20T02:00:00.000000Z",
    opens_at="2026-11-24T02:00:00.000000Z",
    closes_at="2026-11-24T03:00:00.000000Z",
    reveals_until=None,
)


def bid(seq: int, bidder: str, amount: str, minute: str) -> RecordedBid:
    return RecordedBid(str(seq), bidder, amount, "CNY", f"2026-11-24T{minute}.000000Z")


BIDS = [
    bid(1, "bdr_a", "1000.00", "02:10:00"),
    bid(2, "bdr_b", "1500.00", "02:58:00"),  # Two minutes before the end: until 03:03.
    bid(3, "bdr_a", "1700.00", "03:02:30"),  # Half a minute before: until 03:07:30.
]


def record(**over: Any) -> AuctionRecord:
    known: dict[str, Any] = {
        "kind": "auction-record",
        "notice": NOTICE,
        "reserve": RecordedReserve("1200.00", "0" * 64),
        "bids": BIDS,
        "commitments": [],
        "ties": {},
        "outcome": AuctionOutcome("bdr_a", "1700.00", "bdr_b", "1500.00", None, "", ""),
        "closes_at": "2026-11-24T03:07:30.000000Z",
        "extensions": 2,
        "ended_as": "confirmed",
        "minutes": {},
        "confirmation": None,
    }
    return AuctionRecord(**known | over)


def test_an_open_auction_by_hand():
    ran = recomputing.ran(record())
    assert (recomputing.timestamp(ran.closes_at), ran.extensions, ran.faults) == (
        "2026-11-24T03:07:30.000000Z",
        2,
        [],
    )
    assert recomputing.outcome_faults(record()) == []


@pytest.mark.parametrize(
    ("bids", "said"),
    [
        ([BIDS[0], bid(2, "bdr_b", "1099.99", "02:58:00")], "bid 2 is below the least, 1100.00 CNY"),
        ([*BIDS, bid(4, "bdr_b", "1899.99", "03:03:00")], "bid 4 is below the least, 1900.00 CNY"),
        ([bid(1, "bdr_a", "999.99", "02:10:00")], "bid 1 is below the least, 1000.00 CNY"),
        ([bid(1, "bdr_a", "1000.00", "01:59:59")], "bid 1 is out of its time"),
        ([*BIDS, bid(4, "bdr_b", "1900.00", "03:07:30")], "bid 4 is out of its time"),
        ([BIDS[0], bid(2, "bdr_b", "1500.00", "02:09:59")], "bid 2 is out of its time"),
        ([BIDS[0], bid(3, "bdr_b", "1500.00", "02:20:00")], "bid 2 bears the number 3"),
    ],
)
def test_each_fault_of_the_bidding_is_named(bids, said):
    assert said in [each.en for each in recomputing.ran(record(bids=bids)).faults]


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"outcome": AuctionOutcome("bdr_b", "1700.00", None, None, None, "", "")}, ["bdr_a wins, and not bdr_b"]),
        (
            {"outcome": AuctionOutcome("bdr_a", "1699.00", None, None, None, "", "")},
            ["the price is 1700.00 CNY, and not 1699.00"],
        ),
        (
            {"outcome": AuctionOutcome("bdr_b", "1500.00", None, None, "bdr_a", "", "")},
            [],
        ),  # The runner-up, at its own bid.
        (
            {"outcome": AuctionOutcome("bdr_b", "1700.00", None, None, "bdr_a", "", "")},
            ["the price is 1500.00 CNY, and not 1700.00"],
        ),
        (
            {  # One hand with the winner comes not next.
                "outcome": AuctionOutcome("bdr_b", "1500.00", None, None, "bdr_a", "", ""),
                "ties": {"bdr_a": RecordedTie(["bdr_b"], of_seller=False)},
            },
            ["who took the winner's place differs from what is computed"],
        ),
        ({"reserve": RecordedReserve("1700.01", "")}, ["whether anybody won differs from what is computed"]),
        ({"reserve": RecordedReserve("1700.01", ""), "outcome": None, "ended_as": "failed"}, []),
        ({"outcome": None, "ended_as": "failed"}, ["whether anybody won differs from what is computed"]),
        ({"outcome": None, "ended_as": "annulled"}, []),
    ],
)
def test_the_outcome_is_what_is_computed(over, said):
    assert [each.en for each in recomputing.outcome_faults(record(**over))] == said


SEALED = [
    RecordedCommitment("bdr_a", "", "2026-11-24T02:10:00.000000Z", "2026-11-24T04:00:00.000000Z", "1400.00", "0" * 64),
    RecordedCommitment("bdr_b", "", "2026-11-24T02:20:00.000000Z", "2026-11-24T04:00:00.000000Z", "1300.00", "0" * 64),
    RecordedCommitment("bdr_c", "", "2026-11-24T02:30:00.000000Z", None, None, None),
]


@pytest.mark.parametrize(
    ("format_", "ties", "pays"),
    [
        ("sealed", {}, "1400.00"),
        ("vickrey", {}, "1300.00"),
        ("vickrey", {"bdr_a": RecordedTie(["bdr_b"], of_seller=False)}, "1200.00"),  # Its kin left out: the reserve.
        ("vickrey", {"bdr_b": RecordedTie([], of_seller=True)}, "1200.00"),
    ],
)
def test_a_sealed_auction_by_hand(format_, ties, pays):

    notice = msgspec.structs.replace(NOTICE, format=format_, steps=[], reveals_until="2026-11-24T05:00:00.000000Z")
    listed = [
        RecordedBid(str(n), one.bidder, one.amount or "-", "CNY", one.committed_at) for n, one in enumerate(SEALED, 1)
    ]
    made = record(
        notice=notice,
        bids=listed,
        commitments=SEALED,
        ties=ties,
        closes_at=NOTICE.closes_at,
        extensions=0,
        outcome=AuctionOutcome("bdr_a", pays, None, None, None, "", ""),
    )
    assert (recomputing.outcome_faults(made), recomputing.sealed_faults(made)) == ([], [])


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def trust_of(trade):
    await sequence(trade.runtime)
    return Trust.of((await trade.buyer.get("/v1/trust")).json(), "trust.json")


def told(found: dict[str, Any], trust: Trust) -> dict[str, bool | None]:
    report = examined(json.dumps(found).encode(), "record.json", trust)
    return {each.name.en: each.holds for each in report.checks}


def altered(found: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The record with one place of it changed."""
    made = copy.deepcopy(found)
    place: Any = made
    *way, last = path.split("/")
    for step in way:
        place = place[int(step)] if isinstance(place, list) else place[step]
    place[int(last) if isinstance(place, list) else last] = value
    return made


async def pieces(trade: Trade, who: Any, path: str, size: int) -> Any:
    """The record as it is sent, its bids read so many at once."""
    async with trade.runtime.act(Actor(party=who.party, key="key_of_the_test")) as act:
        row, head = await gathering.record(act, path.rpartition("/")[2])
    return json.loads(b"".join([piece async for piece in gathering.written(trade.runtime, row, head, size)]))


@pytest.mark.slow
async def test_an_english_auction_holds_and_each_tampering_is_named(trade, as_, clock):
    rival = await as_("buyer", "rival")
    path = await announced(trade, reserve=money("1500.00"))
    early = await trade.provider.get(f"{path}/record")
    refused(early, 409, "record-not-ready", "LT-AUC-13")
    for who in (trade.buyer, rival):
        await joined(trade, path, who)
    await passed(trade, clock, days=8)
    assert (await trade.buyer.post(f"{path}/bids", {"amount": money("1000.00")})).status_code == 201
    await passed(trade, clock, hours=23, minutes=58)
    assert (await rival.post(f"{path}/bids", {"amount": money("1600.00")})).status_code == 201
    await passed(trade, clock, minutes=6)
    await confirmed(path, trade.provider, rival)
    stranger = await as_("buyer", "stranger")
    refused(await stranger.get(f"{path}/record"), 404, "not-found")
    trust = await trust_of(trade)
    lost = (await trade.buyer.get(f"{path}/record")).json()
    assert lost["confirmation"] is None  # It names the winner.
    assert set(told(lost, trust).values()) == {True}
    found = (await rival.get(f"{path}/record")).json()
    assert await pieces(trade, rival, path, 1) == found
    whole = told(found, trust)
    assert set(whole.values()) == {True}, whole
    named = {"notice", "reserve", "all bids", "bidders of one hand", "bids and steps", "extensions and closing"}
    assert set(whole) >= named | {"winner and price", "confirmation of the sale", "confirmation"}
    for place, value, by in (
        ("notice/deposit", "100.00", {"notice"}),
        ("notice/start_price", "900.00", {"notice"}),
        ("reserve/amount", "1550.00", {"reserve"}),
        ("bids/0/amount", "1050.00", {"all bids"}),
        ("bids/1/bidder", found["bids"][0]["bidder"], {"all bids", "winner and price"}),
        ("extensions", 0, {"extensions and closing"}),
        ("outcome/pays", "1500.00", {"winner and price", "confirmation of the sale"}),
        ("ties", {found["bids"][1]["bidder"]: {"linked": [], "of_seller": False}}, {"bidders of one hand"}),
        ("minutes/document/credentialSubject/bid_count", 3, {"signature", "log entry"}),
    ):
        failed = {name for name, holds in told(altered(found, place, value), trust).items() if holds is False}
        assert failed == by, (place, failed)


@pytest.mark.slow
async def test_a_vickrey_auction_is_recomputed_from_what_was_committed_and_revealed(trade, as_, clock):
    rival = await as_("buyer", "rival")
    path = await announced(trade, **sealed(trade), reserve=money("1100.00"))
    for who in (trade.buyer, rival):
        await joined(trade, path, who)
    await passed(trade, clock, days=8)
    for who, amount in ((trade.buyer, "1400.00"), (rival, "1250.00")):
        assert (await committed(path, who, amount)).status_code == 201
    await passed(trade, clock, days=1)
    for who, amount in ((trade.buyer, "1400.00"), (rival, "1250.00")):
        revealed = await who.post(f"{path}/reveals", {"amount": money(amount), "nonce": "0" * 64})
        assert revealed.status_code == 201, revealed.text
    await passed(trade, clock, days=1)
    await confirmed(path, trade.buyer, trade.provider)
    trust = await trust_of(trade)
    own = (await rival.get(f"{path}/record")).json()
    assert [each["party"] for each in own["commitments"] if each["party"]] == [rival.party]
    assert told(own, trust)["sealed bids and reveals"] is None  # Who bid what else it may not know.
    found = (await (await as_("auditor")).get(f"{path}/record")).json()
    assert set(told(found, trust).values()) == {True}
    assert found["outcome"]["pays"] == "1250.00"
    lost = next(n for n, one in enumerate(found["commitments"]) if one["party"] == rival.party)
    other = found["commitments"][1 - lost]["signature"]
    for place, value, by in (
        (f"commitments/{lost}/nonce", "1" * 64, {"sealed bids and reveals"}),
        (f"commitments/{lost}/party", trade.buyer.party, {"sealed bids and reveals"}),
        (f"commitments/{lost}/amount", "1300.00", {"sealed bids and reveals", "winner and price"}),
        (f"commitments/{lost}/signature", other, {"sealed bids and reveals"}),
        ("confirmation/document/credentialSubject/price/amount", "1.00", {"confirmation"}),
    ):
        failed = {name for name, holds in told(altered(found, place, value), trust).items() if holds is False}
        assert failed == by, (place, failed)


def test_a_digest_taken_batch_by_batch_is_that_of_all_bids():
    bids = [RecordedBid(str(n), "bdr_1", f"{n}.00", "CNY", "2026-12-01T01:00:00.000000Z") for n in range(1, 8)]
    for size in (1, 3, 7, 8):
        taken = BidsDigest()
        for at in range(0, len(bids), size):
            taken.add(bids[at : at + size])
        assert (taken.count, taken.ended()) == (7, bids_digest(bids))
    assert BidsDigest().ended() == bids_digest([])
