"""Reading a grant from outside: unknown words are refused one by one, the rest is put in its only form; pure."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from kernel.errors import FieldError
from kernel.text import Text
from rights.grants.box import Grant
from rights.grants.conditions import Condition
from rights.grants.errors import GrantInexpressible
from rights.grants.rules import fewest_places, fewest_recipients
from rights.grants.schemas import ConditionTerms, GrantTerms
from rights.grants.vocabulary import Tree, Words
from rights.terms import Right

_RULE: Final = "LT-TTL-01"
_ZEROS: Final = re.compile(r"CN-([0-9]{6})")


def read(terms: GrantTerms, vocabulary: Words, pointer: str = "") -> Grant:
    """Read offered terms; raises GrantInexpressible naming every fault."""
    actions = vocabulary.actions_of(terms.rights) if terms.actions is None else tuple(terms.actions)
    territory = [place(code, vocabulary) for code in terms.territory]
    faults = [
        *_unknown(actions, vocabulary.actions.__contains__, f"{pointer}/actions"),
        *_unknown(terms.purposes, vocabulary.purposes.bits.__contains__, f"{pointer}/purposes"),
        *_unknown(terms.environments, vocabulary.environments.bits.__contains__, f"{pointer}/environments"),
        *_unknown(territory, vocabulary.is_place, f"{pointer}/territory"),
        *_unknown(terms.recipients, vocabulary.is_recipient, f"{pointer}/recipients"),
        *_action_faults(terms, actions, vocabulary, pointer),
        *_bound_faults(terms, actions, vocabulary, pointer),
    ]
    if faults:
        raise GrantInexpressible(errors=faults, count=len(faults), vocabulary=vocabulary.version)
    return Grant(
        vocabulary=vocabulary.version,
        rights=tuple(right for right in Right if right in terms.rights),
        actions=tuple(sorted(set(actions))),
        purposes=_fewest(vocabulary.purposes, terms.purposes),
        territory=fewest_places(territory),
        starts=terms.starts,
        ends=terms.ends,
        recipients=fewest_recipients(terms.recipients),
        environments=_fewest(vocabulary.environments, terms.environments),
        depth=terms.depth,
        exclusivity=terms.exclusivity,
        rows_max=terms.rows_max,
        calls_max=terms.calls_max,
    )


def read_condition(terms: ConditionTerms, vocabulary: Words, pointer: str = "") -> Condition:
    """Read a limit; raises GrantInexpressible naming every fault, also when it limits nothing."""
    territory = [place(code, vocabulary) for code in terms.territory or ()]
    faults = [
        *_unknown(terms.actions or (), vocabulary.actions.__contains__, f"{pointer}/actions"),
        *_unknown(terms.purposes or (), vocabulary.purposes.bits.__contains__, f"{pointer}/purposes"),
        *_unknown(terms.environments or (), vocabulary.environments.bits.__contains__, f"{pointer}/environments"),
        *_unknown(territory, vocabulary.is_place, f"{pointer}/territory"),
        *_unknown(terms.recipients or (), vocabulary.is_recipient, f"{pointer}/recipients"),
    ]
    if terms == ConditionTerms():
        faults.append(FieldError(pointer, Text("至少限制一个方面", "Limit at least one side"), _RULE))
    if faults:
        raise GrantInexpressible(errors=faults, count=len(faults), vocabulary=vocabulary.version)
    return Condition(
        actions=None if terms.actions is None else tuple(sorted(set(terms.actions))),
        purposes=None if terms.purposes is None else _fewest(vocabulary.purposes, terms.purposes),
        territory=None if terms.territory is None else fewest_places(territory),
        ends=terms.ends,
        recipients=None if terms.recipients is None else fewest_recipients(terms.recipients),
        environments=None if terms.environments is None else _fewest(vocabulary.environments, terms.environments),
        depth=terms.depth,
        exclusivity=terms.exclusivity,
        rows_max=terms.rows_max,
        calls_max=terms.calls_max,
    )


def place(code: str, vocabulary: Words) -> str:
    """The only form of a place: `CN-NM` and `CN-150000` are `CN-15`; what is not a place stays as it was sent."""
    if code.startswith("CN-") and code[3:] in vocabulary.province_of_iso:
        return f"CN-{vocabulary.province_of_iso[code[3:]]}"
    if zeros := _ZEROS.fullmatch(code):
        digits = zeros[1]
        while len(digits) > 2 and digits.endswith("00"):
            digits = digits[:-2]
        return f"CN-{digits}"
    return code


def _fewest(tree: Tree, codes: Iterable[str]) -> tuple[str, ...]:
    return tree.covering(tree.mask(tuple(codes)))


def _unknown(codes: Sequence[str], is_known: Callable[[str], bool], pointer: str) -> list[FieldError]:
    text = Text("该代码未公布，未公布的不能授权", "This code is not published; what is not published cannot be granted")
    return [FieldError(f"{pointer}/{at}", text, _RULE) for at, code in enumerate(codes) if not is_known(code)]


def _action_faults(terms: GrantTerms, actions: Sequence[str], vocabulary: Words, pointer: str) -> list[FieldError]:
    """Actions and rights say the same, and no action stands without those that it needs."""
    faults = []
    listed = [vocabulary.actions[code] for code in actions if code in vocabulary.actions]
    for at, action in enumerate(listed):
        if action.right not in terms.rights:
            text = Text(f"行为“{action.code}”属于 {action.right}", f"{action.code} exercises {action.right}")
            faults.append(FieldError(f"{pointer}/actions/{at}", text, _RULE))
        if unmet := [need for need in action.needs if need not in actions]:
            named = ", ".join(unmet)
            text = Text(f"“{action.code}”须同时包括：{named}", f"{action.code} comes only together with {named}")
            faults.append(FieldError(f"{pointer}/actions/{at}", text, _RULE))
    exercised = {action.right for action in listed}
    text = Text("没有行使该权利的行为", "No action exercises this right")
    return faults + [
        FieldError(f"{pointer}/rights/{at}", text, _RULE)
        for at, right in enumerate(terms.rights)
        if right not in exercised
    ]


def _bound_faults(terms: GrantTerms, actions: Sequence[str], vocabulary: Words, pointer: str) -> list[FieldError]:
    faults = []
    days = (terms.ends - terms.starts).days
    if not 0 < days <= vocabulary.term_days_max:
        text = Text(
            f"终止日应晚于起始日，期限最长 {vocabulary.term_days_max} 天",
            f"The end is after the start, by at most {vocabulary.term_days_max} days",
        )
        faults.append(FieldError(f"{pointer}/ends", text, _RULE))
    if terms.depth > vocabulary.depth_max:
        text = Text(f"转授最多 {vocabulary.depth_max} 次", f"It may be passed on {vocabulary.depth_max} times at most")
        faults.append(FieldError(f"{pointer}/depth", text, _RULE))
    if terms.depth and "license" not in actions:
        text = Text("可转授的须包括行为“license”", "What may be passed on includes the action license")
        faults.append(FieldError(f"{pointer}/depth", text, _RULE))
    return faults
