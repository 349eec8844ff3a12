"""Reading a policy from outside: every fault at once, with its pointer, or a policy that the gate can decide; pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from contracts.policy import marks
from contracts.usage.errors import PolicyInexpressible
from contracts.usage.scope import reading as scopes
from contracts.usage.tree import DECIDED, PHASES, Duty, Permission, Phase, Prohibition, UsagePolicy
from kernel.errors import FieldError
from kernel.text import Text
from rights.grants.rules import within
from rights.grants.vocabulary import ANYONE, Words, released, words

_RULE: Final = PolicyInexpressible.rule
YEARS: Final = range(1970, 3000)
"""The years that a moment may lie in: every sum of days with it stays a date, in every zone."""
_SIDES: Final = ("actions", "purposes", "territory", "environments", "recipients")


def read(policy: UsagePolicy, pointer: str = "") -> UsagePolicy:
    """The policy, if the gate can decide all of it; raises PolicyInexpressible naming every fault."""
    if faults := faults_of(policy, pointer):
        raise PolicyInexpressible(errors=faults, count=len(faults), vocabulary=policy.vocabulary)
    return policy


def faults_of(policy: UsagePolicy, pointer: str = "") -> list[FieldError]:
    """Everything in a policy that the gate could not decide, each with its place."""
    if not released(policy.vocabulary):
        text = Text("没有这一版词汇表", "No such version of the vocabulary was released")
        return [FieldError(f"{pointer}/vocabulary", text, _RULE)]
    return list(_faults(policy, words(policy.vocabulary), pointer))


def _faults(policy: UsagePolicy, vocabulary: Words, pointer: str) -> Iterator[FieldError]:
    yield from _repeated(policy, pointer)
    duties = {duty.id: PHASES[duty.kind] for duty in policy.duties}
    for at, duty in enumerate(policy.duties):
        needs_days = PHASES[duty.kind] in (Phase.ONGOING, Phase.AFTER)
        if needs_days is (duty.days is None):
            text = (
                Text(
                    "须填写天数：报告的周期，或终止后的期限",
                    "Say the days: the period of a report, or those after the end",
                )
                if needs_days
                else Text("此类义务没有天数", "This duty has no days")
            )
            yield FieldError(f"{pointer}/duties/{at}/days", text, _RULE)
    for at, rule in enumerate(policy.permissions):
        here = f"{pointer}/permissions/{at}"
        yield from _side_faults(rule, vocabulary, here)
        yield from _permission_faults(rule, vocabulary, duties, here)
        if barred := next((one for one in policy.prohibitions if _bars(one, rule, vocabulary)), None):
            text = Text(f"禁止“{barred.id}”已使本许可落空", f"The prohibition {barred.id} leaves nothing of it")
            yield FieldError(here, text, _RULE)
    yield from _scope_faults(policy, pointer)
    for at, rule_against in enumerate(policy.prohibitions):
        yield from _side_faults(rule_against, vocabulary, f"{pointer}/prohibitions/{at}")


def _scope_faults(policy: UsagePolicy, pointer: str) -> Iterator[FieldError]:
    """A scope that can be cut and marks that can be made, and that nobody passes on what is made to them.

    No link of the title says which rows it holds, and a marked copy tells of its one user.
    """
    yield from scopes.faults_of(policy.scope, f"{pointer}/scope", _RULE)
    yield from marks.faults_of(policy.marks, f"{pointer}/marks", _RULE)
    for at, rule in enumerate(policy.permissions):
        if policy.scope and rule.depth_max:
            text = Text("限定行列的许可不得再许可", "A licence of part of the tables is not passed on")
            yield FieldError(f"{pointer}/permissions/{at}/depth_max", text, _RULE)
        if policy.marks and rule.depth_max:
            text = Text("带标记的副本不得再许可", "What is handed out in marked copies is not passed on")
            yield FieldError(f"{pointer}/permissions/{at}/depth_max", text, _RULE)


def _repeated(policy: UsagePolicy, pointer: str) -> Iterator[FieldError]:
    """Ids name rules in refusals and sentences, so each stands once."""
    lists: dict[str, Sequence[Permission | Prohibition | Duty]] = {
        "permissions": policy.permissions,
        "prohibitions": policy.prohibitions,
        "duties": policy.duties,
    }
    count = Counter(rule.id for rules in lists.values() for rule in rules)
    for name, rules in lists.items():
        for at, rule in enumerate(rules):
            if count[rule.id] > 1:
                text = Text("编号在策略中只能出现一次", "An id stands once in a policy")
                yield FieldError(f"{pointer}/{name}/{at}/id", text, _RULE)


def _side_faults(rule: Permission | Prohibition, vocabulary: Words, pointer: str) -> Iterator[FieldError]:
    """Words that are not published, and times that hold nothing."""
    published: dict[str, Callable[[str], bool]] = {
        "actions": vocabulary.actions.__contains__,
        "purposes": vocabulary.purposes.bits.__contains__,
        "territory": vocabulary.is_place,
        "environments": vocabulary.environments.bits.__contains__,
        "recipients": vocabulary.is_recipient,
    }
    listed = {
        "actions": ", ".join(sorted(vocabulary.actions)),
        "purposes": ", ".join(sorted(vocabulary.purposes.bits)),
        "territory": "world, ISO 3166-1, CN-NN (GB/T 2260)",
        "environments": ", ".join(sorted(vocabulary.environments.bits)),
        "recipients": f"{ANYONE}, party:ID, class:" + "|".join(sorted(vocabulary.classes)),
    }
    for side in _SIDES:
        codes: Sequence[str] = getattr(rule, side)
        for at, code in enumerate(codes):
            if not published[side](code):
                text = Text(f"词汇表中没有；可用：{listed[side]}", f"Not in the vocabulary; use {listed[side]}")
                yield FieldError(f"{pointer}/{side}/{at}", text, _RULE)
            elif code in codes[:at]:
                yield FieldError(f"{pointer}/{side}/{at}", Text("重复", "It stands here twice"), _RULE)
    for name in ("starts", "ends"):
        moment = getattr(rule, name)
        if moment is not None and moment.tzinfo is None:
            yield FieldError(f"{pointer}/{name}", Text("时间须注明时区", "A moment names its zone"), _RULE)
            return
        if moment is not None and moment.year not in YEARS:
            text = Text(
                f"年份须在 {YEARS.start} 至 {YEARS.stop - 1} 之间", f"Its year is {YEARS.start} to {YEARS.stop - 1}"
            )
            yield FieldError(f"{pointer}/{name}", text, _RULE)
    if rule.starts is not None and rule.ends is not None and rule.starts >= rule.ends:
        yield FieldError(f"{pointer}/ends", Text("终止须晚于起始", "The end is after the start"), _RULE)


def _permission_faults(
    rule: Permission, vocabulary: Words, duties: dict[str, Phase], pointer: str
) -> Iterator[FieldError]:
    for side in _SIDES:
        if not getattr(rule, side):
            yield FieldError(f"{pointer}/{side}", Text("至少一个", "Name at least one; none permits nothing"), _RULE)
    for at, code in enumerate(rule.actions):
        action = vocabulary.actions.get(code)
        if action is not None and (unmet := [need for need in action.needs if need not in rule.actions]):
            named = ", ".join(unmet)
            text = Text(f"“{code}”须同时许可：{named}", f"{code} is permitted only together with {named}")
            yield FieldError(f"{pointer}/actions/{at}", text, _RULE)
    if rule.depth_max > vocabulary.depth_max:
        text = Text(f"最多再许可 {vocabulary.depth_max} 层", f"Passed on at most {vocabulary.depth_max} times")
        yield FieldError(f"{pointer}/depth_max", text, _RULE)
    if bool(rule.depth_max) is not ("license" in rule.actions):
        text = Text("可再许可的层数与行为“license”须同时填写", "A depth and the action license come together")
        yield FieldError(f"{pointer}/depth_max", text, _RULE)
    for at, duty in enumerate(rule.duties):
        if duty not in duties:
            yield FieldError(f"{pointer}/duties/{at}", Text("策略未列此义务", "The policy has no such duty"), _RULE)
        elif duties[duty] not in DECIDED:
            text = Text(
                "只有事先义务（pay、acknowledge）和持续义务（report）可作为许可的条件",
                "A permission waits only for duties before (pay, acknowledge) and ongoing ones (report)",
            )
            yield FieldError(f"{pointer}/duties/{at}", text, _RULE)


def _bars(against: Prohibition, rule: Permission, vocabulary: Words) -> bool:
    """Whether a prohibition leaves nothing of a permission: every side of it shares all that is permitted."""
    purposes, environments = vocabulary.purposes, vocabulary.environments
    starts = against.starts is None or (rule.starts is not None and against.starts <= rule.starts)
    ends = against.ends is None or (rule.ends is not None and rule.ends <= against.ends)
    return (
        starts
        and ends
        and (not against.actions or set(rule.actions) <= set(against.actions))
        and (not against.purposes or not purposes.mask(rule.purposes) & ~purposes.mask(against.purposes))
        and (
            not against.environments
            or not environments.mask(rule.environments) & ~environments.mask(against.environments)
        )
        and (not against.territory or _all_within(rule.territory, against.territory))
        and (not against.recipients or ANYONE in against.recipients or set(rule.recipients) <= set(against.recipients))
    )


def _all_within(places: Iterable[str], outer: Sequence[str]) -> bool:
    return all(any(within(place, one) for one in outer) for place in places)
