"""Who wins and what it pays: the reference's cases by hand, truth-telling by enumeration, steps and extensions."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.money import Money
from market.auctions import rules
from market.auctions.rules import Plan, SealedBid, Step, Won, decide, faults, least
from market.auctions.states import AuctionFormat

TABLE = rules.RULES.versions[-1].body
VICKREY, SEALED, ENGLISH = AuctionFormat.VICKREY, AuctionFormat.SEALED, AuctionFormat.ENGLISH
AT = datetime(2026, 11, 23, 2, tzinfo=UTC)


def bids(*amounts, **over):
    """Bids by number, in the order of their commitment."""
    return [SealedBid(f"b{at}", minor, at, **over) for at, minor in enumerate(amounts)]


@pytest.mark.parametrize(
    ("amounts", "winner", "pays"),
    [((120, 100, 90), "b0", 100), ((120, 80), "b0", 95), ((90,), None, None), ((120, 120), "b0", 120)],
)
def test_vickrey_pays_the_second_bid_or_the_reserve(amounts, winner, pays):
    """Case 26 of the reference: reserve 95."""
    won = decide(VICKREY, bids(*amounts), 1, 95)
    assert (won and won.bidder, won and won.pays_minor) == (winner, pays)


def test_of_equal_bids_the_earlier_commitment_wins():
    late, early = SealedBid("late", 120, 9), SealedBid("early", 120, 2)
    assert decide(VICKREY, [late, early], 1, 95) == Won("early", 120, "late", 95)
    assert decide(SEALED, [late, early], 1, 95) == Won("early", 120, "late", 120)


def test_first_price_pays_its_own_and_a_bid_below_the_start_is_none():
    assert decide(SEALED, bids(120, 100), 50, 95) == Won("b0", 120, "b1", 100)
    assert decide(VICKREY, bids(120, 40), 50, 0) == Won("b0", 50)
    assert decide(SEALED, bids(40), 50, 0) is None


def test_who_is_one_hand_with_the_winner_or_the_seller_does_not_make_the_price():
    winner = SealedBid("w", 120, 0, frozenset({"x"}))
    assert decide(VICKREY, [winner, SealedBid("x", 119, 1, frozenset({"w"}))], 1, 95) == Won("w", 95)
    seller = SealedBid("s", 118, 2, linked_to_seller=True)
    assert decide(VICKREY, [SealedBid("w", 110, 0), seller], 1, 95) == Won("w", 95)
    assert decide(SEALED, [seller], 1, 95) is None
    assert decide(VICKREY, [SealedBid("w", 120, 0), seller, SealedBid("y", 100, 3)], 1, 95).pays_minor == 100


def test_nobody_gains_by_not_telling_the_truth_in_a_vickrey_auction():
    """Every case of 2 and 3 bidders, values 0 to 4, reserves 0 to 3, every bidder, every lie up to 7: none is better.

    The start price is 1, so that a bid of nothing is one; values and bids are above it. The reference counts 11,900.
    """

    def gain(me, value, offers, reserve):
        won = decide(VICKREY, [SealedBid(str(at), one + 1, at) for at, one in enumerate(offers)], 1, reserve + 1)
        return value + 1 - won.pays_minor if won is not None and won.bidder == str(me) else 0

    deviations = 0
    for bidders, reserve in product((2, 3), range(4)):
        for values, me in product(product(range(5), repeat=bidders), range(bidders)):
            truth = gain(me, values[me], values, reserve)
            for lie in set(range(8)) - {values[me]}:
                deviations += 1
                assert gain(me, values[me], (*values[:me], lie, *values[me + 1 :]), reserve) <= truth
    assert deviations == 11_900


@given(st.lists(st.integers(1, 50), min_size=1, max_size=8), st.integers(0, 60))
def test_a_sealed_price_lies_between_the_reserve_and_the_winners_bid(amounts, reserve):
    won = decide(VICKREY, bids(*amounts), 1, reserve)
    if max(amounts) < max(reserve, 1):
        assert won is None
        return
    assert max(reserve, 1) <= won.pays_minor <= max(amounts)
    assert amounts[int(won.bidder[1:])] == max(amounts)
    assert decide(SEALED, bids(*amounts), 1, reserve).pays_minor == max(amounts)


def test_the_least_next_bid_follows_the_table_of_steps():
    steps = (Step(0, 10, "CNY"), Step(100, 25, "CNY"))
    assert [least(current, 40, steps) for current in (None, 40, 99, 100, 130)] == [40, 50, 109, 125, 155]


def test_a_bid_near_the_end_extends_from_itself_and_never_shortens():
    end = AT + timedelta(minutes=5)
    assert rules.extended(end, AT - timedelta(seconds=1), 5) == end
    assert rules.extended(end, AT + timedelta(minutes=4), 5) == AT + timedelta(minutes=9)


def plan(**over):
    given_ = {
        "format": ENGLISH,
        "start": Money(100_000, "CNY"),
        "deposit": Money(10_000, "CNY"),
        "reserve": None,
        "steps": (Step(0, 1_000, "CNY"),),
        "opens_at": AT + timedelta(days=8),
        "closes_at": AT + timedelta(days=8, hours=2),
        "reveals_until": None,
    }
    return Plan(**{**given_, **over})


@pytest.mark.parametrize(
    ("over", "pointer"),
    [
        ({"opens_at": AT + timedelta(days=6)}, "/opens_at"),
        ({"closes_at": AT + timedelta(days=8, minutes=1)}, "/closes_at"),
        ({"deposit": Money(4_999, "CNY")}, "/deposit/amount"),
        ({"deposit": Money(20_001, "CNY")}, "/deposit/amount"),
        ({"reserve": Money(99_999, "CNY")}, "/reserve/amount"),
        ({"steps": ()}, "/steps"),
        ({"steps": (Step(0, 10, "CNY"), Step(0, 20, "CNY"))}, "/steps"),
        ({"steps": (Step(0, 0, "CNY"),)}, "/steps"),
        ({"steps": (Step(0, 1_000, "JPY"),)}, "/steps"),
        ({"format": SEALED, "steps": ()}, "/reveals_until"),
        ({"reveals_until": AT + timedelta(days=9)}, "/reveals_until"),
    ],
)
def test_a_plan_names_what_it_may_not_say(over, pointer):
    assert faults(plan(), AT, TABLE) == []
    assert pointer in {fault.pointer for fault in faults(plan(**over), AT, TABLE)}


def test_a_commitment_is_of_one_auction_and_one_bidder():
    money, nonce = Money(12_000, "CNY"), "0" * 64
    first = rules.commitment("auc_1", "pty_1", money, nonce)
    others = [
        ("auc_2", "pty_1", money, nonce),
        ("auc_1", "pty_2", money, nonce),
        ("auc_1", "pty_1", Money(12_001, "CNY"), nonce),
        ("auc_1", "pty_1", money, "1" * 64),
    ]
    assert first not in {rules.commitment(*other) for other in others}


@given(st.integers(1, 10**9), st.decimals(0, 1, places=2))
def test_what_is_lost_of_a_deposit_and_what_is_left_make_the_whole(minor, rate):
    lost, rest = rules.forfeited(Money(minor, "CNY"), Decimal(rate))
    assert lost + rest == Money(minor, "CNY")
    assert 0 <= lost.minor <= minor
