"""Every state of every lifecycle either waits for somebody on the desk, or is named here with what moves it on."""

from typing import Final

import pytest

from centre.desk.declared import WAITING
from centre.desk.waiting import Waiting, of
from centre.lists import machines
from kernel.states import Role
from kernel.text import Text
from market.orders.models import Order
from market.orders.states import ORDER, OrderAction, OrderState

WORKED: Final = {
    "channels.computing_run": {"queued", "running"},
    "channels.joint_run": {"queued", "running"},
    "channels.program_run": {"queued", "running"},
    "channels.publication": {"queued", "running", "failed"},
    "channels.push": {"planned", "uploading", "verifying"},
    "channels.push_target": {"checking"},
    "channels.table-conversion": {"queued", "running"},
    "channels.trace": {"queued", "running"},
    "kernel.integrity_finding": {"checking"},
    "market.bank_entry": {"received"},
    "market.book_check": {"waiting", "running"},
    "market.complaint": {"agreed", "final"},
    "market.dataspace_negotiation": {"initiated"},
    "market.dataspace_transfer": {"initiated"},
    "market.destruction": {"approved"},
    "market.inbox_event": {"received"},
    "market.order": {"paid", "accepted"},
    "market.stripe_transaction": {"received"},
    "market.transfer_reversal": {"begun"},
    "valuation.desensitisation": {"queued", "running"},
    "valuation.portfolio-run": {"queued", "running"},
    "valuation.quality-run": {"queued", "running"},
    "valuation.third-party-test": {"measuring"},
}
"""The centre's own work is under way: a job or a sweep takes the next step."""

CLOCK: Final = {
    "contracts.amendment": {"agreed"},
    "market.auction": {"noticed", "displayed", "open"},
    "market.complaint": {"decided"},
    "market.delivery_part": {"planned"},
    "market.destruction": {"destroyed"},
    "market.notice": {"waiting"},
    "market.payee_account": {"confirmed"},
    "market.quotation_request": {"open"},
    "market.service_window": {"open", "breached", "credited"},
}
"""A day is awaited, and whoever may act before it need not."""

ELSEWHERE: Final = {
    "market.auction_bidder": {"held", "lapsed"},  # Its auction.
    "market.card_dispute": {"warned", "answered"},  # The bank that issued the card.
    "market.delivery": {"prepared"},  # The payment of its order.
    "market.notice": {"suit_noted"},  # A court.
    "market.payment": {"opened"},  # The order or bill that it pays.
    "market.payout": {"batched", "sent"},  # Its batch; then the bank.
    "market.quote": {"submitted", "revised"},  # The request that it answers.
    "market.red_slip": {"confirmed", "unneeded"},  # The credit note that it allows.
    "market.refund": {"sent"},  # The bank, or Stripe.
    "market.stripe_transaction": {"in-transit"},  # The bank's statement.
    "market.subscription": {"past_due", "suspended"},  # Its bill.
    "rights.registration": {"objected"},  # The objection.
}
"""Something else is awaited, which has a place of its own on the desk or is outside."""

STANDS: Final = {
    "channels.computing_template": {"approved"},
    "channels.joint_agreement": {"in_force"},
    "channels.push_target": {"ready"},
    "channels.table-conversion": {"made"},
    "contracts.agreement": {"in_force", "suspended"},
    "contracts.deletion": {"accepted"},
    "kernel.party": {"admitted", "suspended"},
    "kernel.webhook": {"active"},
    "market.dataspace_transfer": {"started", "suspended"},
    "market.listing": {"listed", "suspended"},
    "market.mandate": {"in_force"},
    "market.month_closing": {"closed"},
    "market.offer": {"open"},
    "market.payee_account": {"active"},
    "market.payment": {"succeeded", "refunded"},
    "market.payout": {"confirmed"},
    "market.refund": {"succeeded"},
    "market.subscription": {"active"},
    "rights.certificate": {"in_force"},
    "rights.objection": {"upheld", "dismissed"},
    "rights.remark": {"entered"},
    "rights.title": {"active"},
    "valuation.data-request": {"answered"},
    "valuation.engagement": {"issued"},
    "valuation.third-party-test": {"signed"},
}
"""Nothing is awaited: it holds until somebody wants otherwise."""


def _open_states() -> set[tuple[str, str]]:
    return {
        (machine.name, str(state))
        for machine in machines()
        for state in {machine.initial, *machine.starts, *(step.to for step in machine.table.values())}
        if not machine.is_final(state)
    }


def test_no_state_waits_unseen():
    declared = {(each.machine.name, str(state)) for each in WAITING for state in each.states}
    others = {
        (name, state)
        for reason in (WORKED, CLOCK, ELSEWHERE, STANDS)
        for name, states in reason.items()
        for state in states
    }
    # A closing auction is revealed by bidders where it was sealed, and runs by its clock where not.
    assert declared | others == _open_states()
    assert not declared & others


@pytest.mark.parametrize(
    ("kind", "state", "roles"),
    [
        ("market.price_spread", "asked", [{Role.PROVIDER}]),
        ("market.price_spread", "unanswered", [{Role.OPERATOR}]),  # Its day is by then that of the operator's decision.
        ("market.withheld_share", "ordered", [{Role.CLEARING}]),
        ("market.withheld_share", "held", [{Role.CLEARING}]),
        (
            "valuation.engagement",
            "proposed",
            [{Role.VALUER}, {Role.PROVIDER}],
        ),  # The provider consents beside the firm.
        ("valuation.engagement", "drafted", [{Role.VALUER}, {Role.PROVIDER}]),
    ],
)
def test_who_acts_is_whoever_the_slice_waits_for(kind, state, roles):
    assert [each.actors for each in WAITING if each.machine.name == kind and state in each.states] == roles


def test_what_is_awaited_of_nobody_or_of_anybody_is_not_declared():
    words, path = Text("验收", "Accept"), "/v1/orders/{id}"
    with pytest.raises(ValueError, match="no such step"):
        Waiting(ORDER, (OrderState.PLACED,), words, path, Order, by=(OrderAction.ACCEPT,), mine=of(Order.buyer))
    with pytest.raises(ValueError, match="whose"):
        Waiting(ORDER, (OrderState.DELIVERED,), words, path, Order, by=(OrderAction.ACCEPT,))
    with pytest.raises(ValueError, match="whose"):
        Waiting(ORDER, (OrderState.ACCEPTED,), words, path, Order, by=(OrderAction.SETTLE,), mine=of(Order.buyer))
    one = Waiting(ORDER, (OrderState.DELIVERED,), words, path, Order, by=(OrderAction.ACCEPT,), mine=of(Order.buyer))
    assert one.actors == {Role.BUYER}
