"""The difference of two terms: exact, empty for the same, and true about who gains."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.clauses.use import ClauseUse
from contracts.terms.difference import Op, apply, difference
from contracts.terms.document import FORM, Delivery, ServiceLevels, Terms
from contracts.terms.effects import explained
from contracts.terms.prices import Free, OneOff
from contracts.usage.tree import Duty, DutyKind, Permission, Prohibition, UsagePolicy
from kernel.money import MoneyView
from rights.grants.box import Exclusivity
from tests.contracts.usage.trees import policies

NAMES = st.sampled_from(["a", "b", "c", "d/e", "f~g", "h#2"])
CLAUSES = st.builds(
    ClauseUse,
    clause=st.sampled_from(["liability", "secrecy", "court", "penalty"]),
    version=st.sampled_from(["2026-11", "2026-11.1"]),
    values=st.dictionaries(NAMES, st.one_of(st.integers(0, 9), st.text(max_size=5)), max_size=3),
)
AMOUNTS = st.builds(
    MoneyView, amount=st.sampled_from(["1.00", "2.50", "900"]), currency=st.sampled_from(["CNY", "EUR"])
)
TERMS = st.builds(
    Terms,
    form=st.just(FORM),
    model=st.sampled_from(["provision", "fusion"]),
    provider=st.just("pty_p"),
    policy=policies(),
    price=st.one_of(st.just(Free()), st.builds(OneOff, AMOUNTS)),
    delivery=st.sampled_from(Delivery),
    consumer=st.sampled_from([None, "pty_c", "pty_d"]),
    purpose=st.sampled_from([None, "research"]),
    use_case=st.text(max_size=4),
    service=st.builds(ServiceLevels, update_days_max=st.sampled_from([None, 1, 30])),
    clauses=st.lists(CLAUSES, max_size=5).map(tuple),
)

BASE = Terms(
    form=FORM,
    model="provision",
    provider="pty_p",
    consumer="pty_c",
    policy=UsagePolicy(
        vocabulary="2026-11",
        asset="ast_1",
        permissions=(
            Permission(
                id="licence", actions=("use", "process"), purposes=("research",), territory=("CN",),
                environments=("controlled",), recipients=("party:pty_c",), window_days=365, calls_max=1000,
                duties=("payment",),
            ),
        ),
        prohibitions=(Prohibition(id="withheld", actions=("provide",)),),
        duties=(Duty(id="payment", kind=DutyKind.PAY),),
    ),
    price=OneOff(MoneyView(amount="100.00", currency="CNY")),
    delivery=Delivery.COMPUTING,
    clauses=(ClauseUse("secrecy", "2026-11"), ClauseUse("court", "2026-11"), ClauseUse("penalty", "2026-11")),
)  # fmt: skip


def rule(**sides: Any) -> Terms:
    """The base with its permission changed."""
    changed = msgspec.structs.replace(BASE.policy.permissions[0], **sides)
    return of_policy(permissions=(changed,))


def of_policy(**sides: Any) -> Terms:
    return msgspec.structs.replace(BASE, policy=msgspec.structs.replace(BASE.policy, **sides))


def of(**sides: Any) -> Terms:
    return msgspec.structs.replace(BASE, **sides)


@given(TERMS, TERMS)
def test_it_is_exact(old: Terms, new: Terms) -> None:
    assert apply(old, difference(old, new)) == new
    assert difference(old, old) == []


@given(TERMS, TERMS)
def test_every_place_has_a_sentence_in_both_languages(old: Terms, new: Terms) -> None:
    for one in explained(old, new):
        assert one.zh
        assert one.en
        assert one.effect in ("wider", "narrower", "neutral", "unclear")


@given(policies(), st.data())
def test_what_is_wider_one_way_is_narrower_the_other(policy: UsagePolicy, data: st.DataObject) -> None:
    old, new = of(policy=policy), of(policy=data.draw(policies()))
    there = {(one.path, one.effect) for one in explained(old, new) if one.op is Op.CHANGE}
    back = {(one.path, one.effect) for one in explained(new, old) if one.op is Op.CHANGE}
    swapped = {"wider": "narrower", "narrower": "wider"}
    assert {(path, swapped.get(effect, effect)) for path, effect in there} == back


@pytest.mark.parametrize(
    ("new", "path", "op", "effect", "whom"),
    [
        (of(price=OneOff(MoneyView(amount="90.00", currency="CNY"))), "/price/amount/amount", "change", "wider",
         "consumer"),
        (of(price=OneOff(MoneyView(amount="100", currency="CNY"))), "/price/amount/amount", "change", "neutral",
         "consumer"),
        (of(price=Free()), "/price", "change", "wider", "consumer"),
        (rule(actions=("use", "process", "provide")), "/policy/permissions/licence/actions/provide", "add", "wider",
         "consumer"),
        (rule(territory=("CN", "CN-15")), "/policy/permissions/licence/territory/CN-15", "add", "neutral", "consumer"),
        (rule(territory=("CN", "world")), "/policy/permissions/licence/territory/world", "add", "wider", "consumer"),
        (rule(calls_max=None), "/policy/permissions/licence/calls_max", "change", "wider", "consumer"),
        (rule(window_days=90), "/policy/permissions/licence/window_days", "change", "narrower", "consumer"),
        (rule(duties=()), "/policy/permissions/licence/duties/payment", "remove", "wider", "consumer"),
        (of_policy(prohibitions=()), "/policy/prohibitions/withheld", "remove", "wider", "consumer"),
        (of_policy(exclusivity=Exclusivity.EXCLUSIVE), "/policy/exclusivity", "change", "wider", "consumer"),
        (of_policy(revisions=("rev_1",)), "/policy/revisions/rev_1", "add", "narrower", "consumer"),
        (of_policy(duties=(*BASE.policy.duties, Duty(id="delete", kind=DutyKind.DELETE, days=30))),
         "/policy/duties/delete", "add", "narrower", "consumer"),
        (of(service=ServiceLevels(update_days_max=7)), "/service/update_days_max", "change", "wider", "consumer"),
        (of(use_case="x"), "/use_case", "change", "neutral", "both"),
        (of(clauses=(BASE.clauses[1], BASE.clauses[0], BASE.clauses[2])), "/clauses/court", "move", "neutral", "both"),
    ],
)  # fmt: skip
def test_what_it_means(new: Terms, path: str, op: str, effect: str, whom: str) -> None:
    [one] = explained(BASE, new)
    assert (one.path, one.op, one.effect, one.whom) == (path, op, effect, whom)


def test_a_clause_that_moves_is_one_move_and_no_text() -> None:
    moved = of(clauses=(BASE.clauses[1], BASE.clauses[2], BASE.clauses[0]))
    assert [(one.path, one.op, one.old, one.new) for one in difference(BASE, moved)] == [
        ("/clauses/secrecy", "move", 0, 2)
    ]


def test_it_reads_as_people_speak() -> None:
    [one] = explained(BASE, rule(actions=("use", "process", "provide")))
    assert one.zh.startswith("使用控制策略 › 许可 › licence › 行为 › provide：增加“")
    assert one.en.endswith("(wider for the consumer)")
