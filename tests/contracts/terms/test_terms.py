"""Terms: every fault at once, what they convey of a title, and an offer taken by one consumer."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.terms import conveyance
from contracts.terms.binding import bound
from contracts.terms.document import Delivery, Terms, digest, parsed, plain
from contracts.terms.errors import OfferExceeded, RecipientNotAddressed, TermsContradictory
from contracts.terms.prices import Free, OneOff
from contracts.terms.reading import read
from contracts.usage.errors import PolicyInexpressible
from contracts.usage.licences import ended, of_licence, to_licence
from contracts.usage.tree import Duty, DutyKind, Permission, Since, UsagePolicy
from kernel.money import MoneyView
from rights.grants.box import Exclusivity
from rights.grants.vocabulary import words
from tests.contracts.policy.test_title import licences

DAY = date(2026, 11, 23)
CONSUMER, PROVIDER = "pty_" + "01" * 13, "pty_" + "02" * 13
CLASS = f"class:{min(words('2026-11').classes)}"


def permission(**sides: Any) -> Permission:
    whole = {
        "id": "p1",
        "actions": ("use",),
        "purposes": ("research", "risk-control"),
        "territory": ("CN",),
        "environments": ("any",),
        "recipients": ("anyone",),
        "window_days": 90,
        "window_from": Since.SETTLEMENT,
        "duties": ("payment",),
    }
    return Permission(**{**whole, **sides})


def policy(*rules: Permission, **sides: Any) -> UsagePolicy:
    whole = {"vocabulary": "2026-11", "asset": "ast_1", "duties": (Duty(id="payment", kind=DutyKind.PAY),)}
    return UsagePolicy(permissions=rules or (permission(),), **{**whole, **sides})


def terms(**parts: Any) -> Terms:
    whole = {
        "form": "2026-11",
        "model": "provision",
        "provider": PROVIDER,
        "policy": policy(),
        "price": OneOff(MoneyView("100.00", "CNY")),
        "delivery": Delivery.FILES,
    }
    return Terms(**{**whole, **parts})


@dataclass
class Case:
    parts: dict[str, Any]
    pointers: list[str] = field(default_factory=list)


UNBOUNDED = permission(window_days=None)
CONTROLLED = permission(environments=("sandbox",))
SECOND, ALONE = permission(id="p2"), {"exclusivity": Exclusivity.EXCLUSIVE}
CASES = {
    "an earlier form": Case({"form": "2025-01"}, ["/form"]),
    "with itself": Case(
        {"consumer": PROVIDER, "purpose": "research"}, ["/consumer", "/policy/permissions/0/recipients"]
    ),
    "for another than its consumer, who does not say what for": Case(
        {"consumer": CONSUMER}, ["/purpose", "/policy/permissions/0/recipients"]
    ),
    "for a class": Case({"policy": policy(permission(recipients=(CLASS,)))}, ["/policy/permissions/0/recipients"]),
    "no price": Case({"price": OneOff(MoneyView("0.00", "CNY"))}, ["/price/amount/amount"]),
    "a currency nobody knows": Case({"price": OneOff(MoneyView("1.00", "XXX"))}, ["/price/amount/currency"]),
    "a price nobody waits for": Case({"policy": policy(permission(duties=()))}, ["/policy/permissions/0/duties"]),
    "free, and to be paid": Case({"price": Free()}, ["/policy/duties"]),
    "without an end": Case({"policy": policy(UNBOUNDED)}, ["/policy/permissions/0/ends"]),
    "counting from the first use only": Case(
        {"policy": policy(permission(window_from=Since.FIRST_ACCESS))}, ["/policy/permissions/0/ends"]
    ),
    "exclusive twice": Case(
        {"policy": policy(permission(), permission(id="p2"), exclusivity=Exclusivity.EXCLUSIVE)},
        ["/policy/exclusivity"],
    ),
    "a purpose that nothing permits": Case({"purpose": "credit-granting"}, ["/purpose"]),
    "files that never leave": Case({"policy": policy(CONTROLLED)}, ["/delivery"]),
    "computing on what is handed out": Case({"delivery": Delivery.COMPUTING}, ["/delivery"]),
    "several at once": Case(
        {"form": "x", "price": Free(), "policy": policy(UNBOUNDED)},
        ["/form", "/policy/duties", "/policy/permissions/0/ends"],
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_terms_that_contradict_themselves_are_refused_naming_every_place(case: Case) -> None:
    with pytest.raises(TermsContradictory) as refused:
        read(terms(**case.parts), DAY)
    assert [fault.pointer for fault in refused.value.errors] == case.pointers
    assert {fault.rule for fault in refused.value.errors} <= {"LT-CON-20", None}
    assert refused.value.rule == "LT-CON-20"


def test_a_word_that_is_not_published_is_told_as_such() -> None:
    with pytest.raises(PolicyInexpressible) as refused:
        read(terms(policy=policy(permission(purposes=("marketing-to-the-moon",)))), DAY)
    assert [fault.pointer for fault in refused.value.errors] == ["/policy/permissions/0/purposes/0"]


def test_faults_of_the_policy_and_of_the_rest_come_together() -> None:
    with pytest.raises(TermsContradictory) as refused:
        read(terms(form="x", policy=policy(permission(actions=("fly",)))), DAY)
    assert [fault.pointer for fault in refused.value.errors] == ["/policy/permissions/0/actions/0", "/form"]


def test_terms_are_read_back_to_the_same_value_and_digest() -> None:
    whole = bound(terms(listing="lst_1"), CONSUMER, "research", "延误")
    assert read(whole, DAY) is whole
    again = parsed(msgspec.json.decode(msgspec.json.encode(plain(whole))))
    assert again == whole
    assert digest(again) == digest(whole)
    assert digest(msgspec.structs.replace(whole, use_case="延")) != digest(whole)


def test_an_offer_is_taken_for_one_consumer_and_one_purpose() -> None:
    offer = terms(policy=policy(permission(), permission(id="p2", purposes=("risk-control",))))
    taken = bound(offer, CONSUMER, "research", "x")
    (rule,) = taken.policy.permissions
    assert (rule.id, rule.purposes, rule.recipients) == ("p1", ("research",), (f"party:{CONSUMER}",))
    assert (taken.consumer, taken.purpose, taken.use_case) == (CONSUMER, "research", "x")
    assert [one.purposes for one in bound(offer, CONSUMER).policy.permissions] == [
        ("research", "risk-control"),
        ("risk-control",),
    ]


def test_an_offer_to_others_or_for_other_purposes_is_not_taken() -> None:
    with pytest.raises(RecipientNotAddressed) as refused:
        bound(terms(policy=policy(permission(recipients=("party:pty_x",)))), CONSUMER)
    assert (refused.value.rule, refused.value.facts["recipients"]) == ("LT-CON-21", "party:pty_x")
    with pytest.raises(OfferExceeded) as exceeded:
        bound(terms(), CONSUMER, "credit-granting")
    assert (exceeded.value.rule, exceeded.value.facts["offered"]) == ("LT-CON-02", "research, risk-control")


@pytest.mark.parametrize(
    ("rule", "ends", "days"),
    [
        # Sixty days for paying, delivering and accepting, then ninety whose last is still within.
        (permission(), date(2027, 4, 23), 90),
        (permission(window_days=None, ends=datetime(2026, 12, 31, 16, tzinfo=UTC)), date(2027, 1, 1), 39),
        # One second of the first of January in China is within, so that day is the last.
        (permission(window_days=None, ends=datetime(2026, 12, 31, 16, 0, 1, tzinfo=UTC)), date(2027, 1, 2), 40),
        (permission(ends=datetime(2026, 12, 31, 16, tzinfo=UTC)), date(2027, 1, 1), 90),
    ],
)
def test_the_grant_ends_with_the_permission_however_late_it_is_settled(rule: Permission, ends: date, days: int) -> None:
    whole = policy(rule)
    (box,) = conveyance.boxes(whole, DAY)
    assert (box.starts, box.ends) == (DAY, ends)
    assert conveyance.last_day(whole, DAY).toordinal() == ends.toordinal() - 1
    assert conveyance.term_days(whole, DAY) == days


def test_what_may_be_passed_on_is_conveyed_to_anyone_and_each_permission_for_itself() -> None:
    onward = permission(
        id="p2", actions=("license", "provide", "use"), depth_max=2, recipients=(f"party:{CONSUMER}",), calls_max=5
    )
    first, second = conveyance.boxes(policy(permission(recipients=(f"party:{CONSUMER}",)), onward), DAY)
    assert (first.recipients, first.depth, first.calls_max) == ((f"party:{CONSUMER}",), 0, None)
    assert (second.recipients, second.depth, second.calls_max) == (("anyone",), 2, 5)


@given(licences())
def test_a_licence_and_the_policy_it_comes_to_summarise_to_the_same(licence: Any) -> None:
    tree = of_licence(licence, "ast_1", "rev_1", f"party:{CONSUMER}")
    summary = to_licence(tree, conveyance.term_days(tree, DAY))
    places = of_licence(summary, "ast_1", "rev_1", f"party:{CONSUMER}").permissions[0].territory
    assert set(places) == set(tree.permissions[0].territory)
    assert msgspec.structs.replace(summary, territory=licence.territory) == licence


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)))
def test_a_policy_that_ends_with_its_grant_permits_nothing_after_that_day(last: date) -> None:
    over = ended(policy(permission(ends=datetime(2028, 1, 1, tzinfo=UTC))), last).permissions[0].ends
    assert over is not None
    assert over <= datetime(2028, 1, 1, tzinfo=UTC)
    assert ended(policy(), None) == policy()
