"""The books as arithmetic: whatever is booked in whatever order, nothing appears and nothing is lost."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel import ids
from kernel.money import Money
from market.ledger import book, refund_book

ORDER, SELLER, OTHER, REFUND = ids.new("ord"), ids.new("pty"), ids.new("pty"), ids.new("rfd")
minor = st.integers(min_value=1, max_value=10**15)


def cny(amount: int) -> Money:
    return Money(amount, "CNY")


def balances(entries: list[book.Entry]) -> Counter[str]:
    found: Counter[str] = Counter()
    for entry in entries:
        for leg in entry.legs:
            found[leg.debit] -= leg.money.minor
            found[leg.credit] += leg.money.minor
    return found


@given(price=minor, fee_bps=st.integers(0, 10_000), weights=st.lists(st.integers(1, 1000), min_size=1, max_size=6))
def test_a_settled_order_leaves_nothing_in_escrow_and_loses_nothing(
    price: int, fee_bps: int, weights: list[int]
) -> None:
    fee, rest = cny(price).split(fee_bps, 10_000 - fee_bps)
    shares = [book.Share(ids.new("pty"), part) for part in rest.split(*weights)]
    entries = [
        book.sale_received(ORDER, cny(price), book.Source.BANK),
        book.release(ORDER, cny(price), fee, shares),
    ]
    found = balances(entries)
    assert found[book.escrow(ORDER)] == 0
    assert found[book.FEES] == fee.minor
    assert sum(found[book.payable(share.party_id)] for share in shares) == rest.minor
    assert found[book.Source.BANK] == -price
    assert sum(found.values()) == 0


@given(price=minor, source=st.sampled_from(book.Source))
def test_a_refunded_order_leaves_everything_as_it_was(price: int, source: book.Source) -> None:
    entries = [
        book.sale_received(ORDER, cny(price), source),
        refund_book.set_aside(REFUND, ORDER, [book.Part(book.escrow(ORDER), cny(price))]),
        refund_book.sent(REFUND, 1, ORDER, cny(price), str(source)),
    ]
    assert not any(balances(entries).values())


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["sale", "release", "refund_begun", "refund", "payout"]), minor), max_size=30
    )
)
def test_any_sequence_keeps_the_trial_balance_at_zero(steps: list[tuple[str, int]]) -> None:
    made = {
        "sale": lambda n: book.sale_received(ORDER, cny(n), book.Source.STRIPE),
        "release": lambda n: book.release(ORDER, cny(n), cny(0), [book.Share(SELLER, cny(n))]),
        "refund_begun": lambda n: refund_book.set_aside(REFUND, ORDER, [book.Part(book.escrow(ORDER), cny(n))]),
        "refund": lambda n: refund_book.sent(REFUND, 1, ORDER, cny(n), book.Source.STRIPE),
        "payout": lambda n: book.payout("x", SELLER, cny(n), book.Source.BANK),
    }
    assert sum(balances([made[kind](amount) for kind, amount in steps]).values()) == 0


def test_a_release_that_does_not_conserve_is_no_entry() -> None:
    with pytest.raises(ValueError, match=r"make 99\.99 CNY, but 100\.00 CNY is held"):
        book.release(ORDER, cny(10_000), cny(500), [book.Share(SELLER, cny(9_499))])
    with pytest.raises(ValueError, match="is not"):
        book.release(ORDER, cny(10_000), Money(500, "USD"), [book.Share(SELLER, cny(9_500))])


def test_a_free_fee_or_share_is_no_posting() -> None:
    entry = book.release(ORDER, cny(10), cny(0), [book.Share(SELLER, cny(10)), book.Share(OTHER, cny(0))])
    assert [leg.credit for leg in entry.legs] == [book.payable(SELLER)]


@pytest.mark.parametrize("amount", [0, -1])
def test_only_positive_amounts_move(amount: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        book.sale_received(ORDER, cny(amount), book.Source.BANK)


@pytest.mark.parametrize("path", ["escrow:order:x", "platform:fee", "world:bank2", "payable:party:", "", "world"])
def test_no_account_outside_the_chart(path: str) -> None:
    with pytest.raises(ValueError, match="chart"):
        book.may_overdraw(path)


def test_what_may_be_overdrawn_is_what_stands_outside_or_is_owed_to_the_centre() -> None:
    bid, line, moved = ids.new("bid"), ids.new("bln"), ids.new("pyo")
    owing = [book.Source.BANK, book.Source.STRIPE, book.bank(ids.new("bac")), book.clawback(SELLER)]
    owing += [book.disputed(ids.new("dsp")), book.LOSS, book.COSTS, book.PROMO, book.exchange("USD", "CNY")]
    assert all(book.may_overdraw(path) for path in owing)
    inside = [book.escrow(ORDER), book.refunding(ORDER), book.payable(SELLER), book.FEES, book.VAT]
    inside += [book.prepaid(SELLER), book.deposit(bid), book.suspense(line), book.withheld(ORDER, SELLER)]
    assert not any(book.may_overdraw(path) for path in [*inside, book.in_transit(moved)])


@given(money=minor, weights=st.lists(st.integers(1, 1000), min_size=1, max_size=6))
def test_what_is_distributed_is_the_whole_and_each_part_a_posting(money: int, weights: list[int]) -> None:
    parts = [book.Part(book.payable(SELLER), part) for part in cny(money).split(*weights)]
    entry = book.distributed("x", ORDER, book.escrow(ORDER), cny(money), parts)
    assert [leg.money for leg in entry.legs] == [part.money for part in parts if part.money.minor]
    with pytest.raises(ValueError, match="is distributed"):
        book.distributed("x", ORDER, book.escrow(ORDER), cny(money + 1), parts)
