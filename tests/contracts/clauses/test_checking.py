"""Drafts are told every fault at once, with its place and its rule; warnings stand apart."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.clauses import checking
from contracts.clauses.errors import DraftFaulty
from contracts.clauses.types import Kind, Param
from contracts.clauses.use import ClauseUse
from contracts.clauses.values import fault_of
from contracts.usage.tree import PHASES, Bearer, Duty, DutyKind, Phase, Prohibition, UsagePolicy
from rights.grants.box import Exclusivity
from tests.contracts.clauses.drafts import (
    DELETED,
    HIDDEN,
    LIBRARY,
    NAMED,
    PAY,
    POLICIES,
    PROVED,
    UPDATED,
    filled,
    policy,
    use,
    without,
)
from tests.examples import examples

PROVISION = LIBRARY.models["provision"]
DRAFT = filled(PROVISION)
POLICY = POLICIES["provision"]


def faults(*uses: ClauseUse, given: UsagePolicy | None = None) -> list[tuple[str, str | None]]:
    found = checking.check(LIBRARY, PROVISION, uses, given)
    return [(each.pointer, each.rule) for each in found.faults]


def told(*uses: ClauseUse, given: UsagePolicy | None = None) -> list[str]:
    return [each.detail.en for each in checking.check(LIBRARY, PROVISION, uses, given).faults]


def test_arbitration_and_court_contradict_each_other_and_both_are_named() -> None:
    """Case 15 of the reference."""
    draft = (*DRAFT, use("arbitration", institution="某仲裁委员会"))
    assert faults(*draft) == [(f"/clauses/{len(DRAFT)}", "LT-CON-13")]
    assert told(*draft) == ["The clauses court and arbitration contradict each other; choose one"]
    with pytest.raises(DraftFaulty) as refused:
        checking.require(LIBRARY, PROVISION, draft, POLICY, "/terms")
    assert refused.value.status == 422
    assert refused.value.code() == "draft-faulty"
    assert [each.pointer for each in refused.value.errors] == [f"/terms/clauses/{len(DRAFT)}"]


def test_a_deposit_is_a_fifth_of_the_price_at_most() -> None:
    """Case 15 of the reference: 25 % is refused, 20 % is not."""
    at = len(DRAFT)
    assert faults(*DRAFT, use("deposit", percent=25)) == [(f"/clauses/{at}/values/percent", "LT-CON-17")]
    assert faults(*DRAFT, use("deposit", percent="20.01")) == [(f"/clauses/{at}/values/percent", "LT-CON-17")]
    assert faults(*DRAFT, use("deposit", percent=20)) == []
    assert told(*DRAFT, use("deposit", percent=10), use("penalty", percent=10)) == [
        "The clauses deposit and penalty contradict each other; choose one"
    ]


@pytest.mark.parametrize(("percent", "warned"), [(30, False), ("30.0001", True), (31, True), (100, True)])
def test_a_penalty_above_thirty_percent_is_warned_of_and_not_refused(percent: int | str, warned: bool) -> None:
    found = checking.check(LIBRARY, PROVISION, (*DRAFT, use("penalty", percent=percent)), None)
    assert found.faults == ()
    places = [(each.pointer, each.rule) for each in found.warnings]
    assert places == ([(f"/clauses/{len(DRAFT)}/values/percent", "LT-CON-17")] if warned else [])


def test_everything_that_is_wrong_is_told_at_once() -> None:
    draft = (
        ClauseUse("no-such", "1", {}),
        ClauseUse("fusion-object", "1", {}),
        ClauseUse("secrecy", "99", {}),
        use("inspection", days=0, day=3, **{"a/b~c": 1}),
        use("inspection"),
        ClauseUse("delivery-files", "1", {}),
        use("special", words="长" * 2_001),
        use("personal-provided"),
    )
    found = faults(*draft)
    assert found[:9] == [
        ("/clauses/0/clause", "LT-CON-12"),
        ("/clauses/1/clause", "LT-CON-12"),
        ("/clauses/2/version", "LT-CON-12"),
        ("/clauses/1/values/contribution", "LT-CON-12"),
        ("/clauses/1/values/goal", "LT-CON-12"),
        ("/clauses/3/values/day", "LT-CON-12"),
        ("/clauses/3/values/a~1b~0c", "LT-CON-12"),
        ("/clauses/3/values/days", "LT-CON-12"),
        ("/clauses/5/values/days", "LT-CON-12"),
    ]
    assert found[9:12] == [
        ("/clauses/6/values/words", "LT-CON-16"),
        ("/clauses/7", "LT-CON-13"),
        ("/clauses/4", "LT-CON-13"),
    ]
    missing = [each for each in found if each == ("/clauses", "LT-CON-13")]
    mandatory = [each for each in PROVISION.article if each.mandatory]
    there = {"object", "acceptance", "delivery", "personal"}
    assert len(missing) == len([each for each in mandatory if each.slot not in there])
    empty = [each for each in found if each == ("/clauses", "LT-CON-15")]
    assert len(empty) == 15


def test_special_terms_hold_two_thousand_characters() -> None:
    assert faults(*DRAFT, use("special", words="长" * 2_000)) == []
    assert faults(*DRAFT, use("special", words="长" * 2_001)) == [(f"/clauses/{len(DRAFT)}/values/words", "LT-CON-16")]
    assert faults(*DRAFT, use("special", words="一行\r\n又一行\t。")) == []
    for odd in ("a\rb", "a\x00b", "a\u202eb", "\x1b[2J", " \n "):
        assert faults(*DRAFT, use("special", words=odd)) == [(f"/clauses/{len(DRAFT)}/values/words", "LT-CON-16")]


def test_an_empty_cell_of_the_matrix_names_what_would_fill_it() -> None:
    draft = without(DRAFT, "deletion")
    said = [each for each in told(*draft) if "responsibility matrix" in each]
    assert [each.partition(" of ")[0] for each in said] == [
        "The cell Destroy · Who",
        "The cell Destroy · What",
        "The cell Destroy · How",
    ]
    assert all(each.endswith("deletion, keeping") for each in said)


def test_words_and_policy_are_one_in_both_directions() -> None:
    at = {each.clause: place for place, each in enumerate(DRAFT)}
    assert faults(*DRAFT, given=policy(PAY, DELETED, PROVED)) == [(f"/clauses/{at['no-reidentify']}", "LT-CON-14")]
    unsaid = policy(PAY, HIDDEN, DELETED, PROVED, NAMED)
    assert faults(*DRAFT, given=unsaid) == [("/policy/duties/4", "LT-CON-14")]
    assert faults(*DRAFT, use("attribution"), given=unsaid) == []
    late = policy(PAY, HIDDEN, Duty(id="deleted", kind=DutyKind.DELETE, days=31), PROVED)
    assert faults(*DRAFT, given=late) == [
        (f"/clauses/{at['deletion']}", "LT-CON-14"),
        ("/policy/duties/2", "LT-CON-14"),
    ]
    theirs = policy(PAY, HIDDEN, DELETED, PROVED, msgspec.structs.replace(UPDATED, bearer="consumer"))
    assert faults(*DRAFT, given=theirs) == [("/policy/duties/4", "LT-CON-14")]


def test_exclusivity_onward_environment_and_revisions_are_said_by_both() -> None:
    assert POLICY is not None
    at = {each.clause: place for place, each in enumerate(DRAFT)}

    def changed(**fields: object) -> UsagePolicy:
        return msgspec.structs.replace(POLICY, **fields)  # type: ignore[type-var, arg-type]

    def licence(**fields: object) -> UsagePolicy:
        assert POLICY is not None
        return changed(permissions=(msgspec.structs.replace(POLICY.permissions[0], **fields),))  # type: ignore[arg-type]

    exclusive = changed(exclusivity=Exclusivity.EXCLUSIVE)
    assert faults(*DRAFT, given=exclusive) == [
        (f"/clauses/{at['rights-ordinary']}", "LT-CON-14"),
        ("/policy/exclusivity", "LT-CON-14"),
    ]
    taken = tuple(use("rights-exclusive") if each.clause == "rights-ordinary" else each for each in DRAFT)
    assert faults(*taken, given=exclusive) == []
    onward = licence(actions=("use", "process", "provide", "license"), depth_max=1)
    assert faults(*DRAFT, given=onward) == [
        *[(f"/clauses/{at['no-onward']}", "LT-CON-14")] * 3,
        ("/policy/permissions/0/depth_max", "LT-CON-14"),
    ]
    licensed = tuple(use("onward-licensed") if each.clause == "no-onward" else each for each in DRAFT)
    assert faults(*licensed, given=onward) == []
    computing = tuple(use("delivery-computing") if each.clause == "delivery-files" else each for each in DRAFT)
    assert faults(*computing, given=POLICY) == []
    opened = licence(environments=("open",))
    assert faults(*computing, given=opened) == [(f"/clauses/{at['delivery-files']}", "LT-CON-14")]
    assert faults(*DRAFT, given=changed(revisions=())) == [(f"/clauses/{at['updates-none']}", "LT-CON-14")]


def test_a_duty_of_the_other_side_is_another_duty() -> None:
    draft = tuple(use("updates-included") if each.clause == "updates-none" else each for each in DRAFT)
    at = [each.clause for each in draft].index("updates-included")
    right = msgspec.structs.replace(policy(PAY, HIDDEN, DELETED, PROVED, UPDATED), revisions=())
    assert faults(*draft, given=right) == []
    theirs = msgspec.structs.replace(UPDATED, bearer=Bearer.CONSUMER)
    wrong = msgspec.structs.replace(right, duties=(*right.duties[:4], theirs))
    assert faults(*draft, given=wrong) == [(f"/clauses/{at}", "LT-CON-14"), ("/policy/duties/4", "LT-CON-14")]


def test_it_is_enough_that_one_of_two_excludes_the_other() -> None:
    free = tuple(use("fee-free") if each.clause == "fee-once" else each for each in DRAFT)
    assert told(*free, use("penalty")) == ["The clauses fee-free and penalty contradict each other; choose one"]
    assert told(use("penalty"), *free) == ["The clauses penalty and fee-free contradict each other; choose one"]


def test_what_a_prohibition_takes_away_is_not_permitted() -> None:
    assert POLICY is not None
    actions = ("use", "process", "provide")
    wide = msgspec.structs.replace(
        POLICY, permissions=(msgspec.structs.replace(POLICY.permissions[0], actions=actions),)
    )
    at = [each.clause for each in DRAFT].index("no-onward")
    assert faults(*DRAFT, given=wide) == [(f"/clauses/{at}", "LT-CON-14")]
    barred = msgspec.structs.replace(wide, prohibitions=(Prohibition(id="no-onward", actions=("provide",)),))
    assert faults(*DRAFT, given=barred) == []
    partly = Prohibition(id="no-onward", actions=("provide",), territory=("DE",))
    assert faults(*DRAFT, given=msgspec.structs.replace(wide, prohibitions=(partly,))) == [
        (f"/clauses/{at}", "LT-CON-14")
    ]


@settings(max_examples=examples(100), deadline=None)
@given(data=st.data())
def test_a_policy_of_what_the_clauses_demand_says_the_same_and_one_duty_less_or_more_does_not(
    data: st.DataObject,
) -> None:
    articles = [each for each in PROVISION.article if each.slot not in ("onward", "rights", "updates", "delivery")]
    chosen = [use(data.draw(st.sampled_from(each.clauses))) for each in articles if data.draw(st.booleans())]
    kept = [use("rights-ordinary"), use("no-onward"), use("updates-none"), *chosen]
    demands = {
        (demand.kind, one.values.get(demand.days) if isinstance(demand.days, str) else demand.days): demand
        for one in kept
        for demand in LIBRARY.offered[one.clause].fragment.duties
    }
    duties = [
        Duty(id=f"d{at}", kind=kind, bearer=demand.bearer, days=days)  # type: ignore[arg-type]
        for at, ((kind, days), demand) in enumerate(demands.items())
    ]

    def differing(*said: Duty) -> list[str]:
        return [place for place, rule in faults(*kept, given=policy(*said)) if rule == "LT-CON-14"]

    assert differing(*duties) == []
    for less in duties:
        assert differing(*(each for each in duties if each is not less))
    for kind in {*DutyKind} - {each.kind for each in duties}:
        days = 3 if PHASES[kind] in (Phase.ONGOING, Phase.AFTER) else None
        assert differing(*duties, Duty(id="more", kind=kind, days=days)) == [f"/policy/duties/{len(duties)}"]


def test_what_the_gate_cannot_decide_is_told_with_the_rest() -> None:
    assert POLICY is not None
    rule = msgspec.structs.replace(POLICY.permissions[0], purposes=("marketing", "no-such"))
    found = faults(*without(DRAFT, "court"), given=msgspec.structs.replace(POLICY, permissions=(rule,)))
    assert found == [("/clauses", "LT-CON-13"), ("/policy/permissions/0/purposes/1", "LT-CON-09")]


def test_an_intermediary_contract_goes_without_a_policy() -> None:
    model = LIBRARY.models["intermediary"]
    found = checking.check(LIBRARY, model, filled(model), policy())
    assert [(each.pointer, each.rule) for each in found.faults] == [("/policy", "LT-CON-14")]


PARAMS = [(clause, param) for clause in LIBRARY.offered.values() for param in clause.params]


@settings(max_examples=examples(300), deadline=None)
@given(data=st.data())
def test_a_value_is_refused_if_and_only_if_it_lies_outside(data: st.DataObject) -> None:
    _, param = data.draw(st.sampled_from([each for each in PARAMS if each[1].max is not None]))
    number = data.draw(st.integers(-(10**15), 10**15) | st.integers((param.min or 0) - 2, (param.max or 0) + 2))
    if param.kind is Kind.TEXT:
        length = data.draw(st.integers(1, (param.max or 0) + 3))
        assert (fault_of(param, "字" * length) is None) is (length <= (param.max or 0))
        assert fault_of(param, number) is not None
    elif param.kind is Kind.PERCENT:
        within = param.min is not None and param.max is not None and param.min <= number <= param.max
        assert (fault_of(param, number) is None) is within
        assert (fault_of(param, str(number)) is None) is within
    else:
        assert (fault_of(param, number) is None) is ((param.min or 0) <= number <= (param.max or 0))
        assert fault_of(param, str(number)) is not None


@pytest.mark.slow
@settings(max_examples=examples(200), deadline=None)
@given(data=st.data())
def test_no_draft_makes_the_check_fall_over(data: st.DataObject) -> None:
    value = st.integers(-(10**15), 10**15) | st.text(max_size=20)
    names = st.sampled_from([*LIBRARY.offered, "x", ""])
    params = st.sampled_from([param.name for _, param in PARAMS] + ["x", "~/"])
    made = st.builds(ClauseUse, names, st.sampled_from(["1", "2", ""]), st.dictionaries(params, value, max_size=4))
    draft = data.draw(st.lists(made, max_size=12))
    model = data.draw(st.sampled_from([*LIBRARY.models.values()]))
    found = checking.check(LIBRARY, model, draft, data.draw(st.sampled_from([None, POLICY])))
    for each in (*found.faults, *found.warnings):
        assert each.rule is not None
        assert "{" not in each.detail.zh.replace("{x}", "")
        assert each.pointer.startswith(("/clauses", "/policy"))


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        (
            Kind.MONEY,
            ["1250.00 CNY", "1 JPY"],
            ["1250", "1.001 CNY", "1.5 JPY", "1 XXX", "-1.00 CNY", "9" * 20 + " CNY", 5],
        ),
        (Kind.DATE, ["2026-12-31", "2028-02-29"], ["2026-02-29", "20261231", "2026-W01-1", "31.12.2026", 20261231]),
        (Kind.PARTY, ["provider", "consumer", "centre"], ["both", "", "pty_1", 1]),
        (Kind.CODE, ["CAC-2026/1", "a"], ["", "有", "a b", "-a", "a" * 101]),
        (Kind.PERCENT, ["2.5", 3, "0"], ["02", "1e1", "٣", ".5", "5%", "1.00001", True]),
    ],
)
def test_kinds_of_values(kind: Kind, right: list[str | int], wrong: list[str | int]) -> None:
    param = Param("x", kind, ("某", "some"), min=0, max=10_000)
    assert [each for each in right if fault_of(param, each) is not None] == []
    assert [each for each in wrong if fault_of(param, each) is None] == []
