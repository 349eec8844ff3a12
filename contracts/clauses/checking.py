"""What is wrong with a draft, and what is worth a warning: everything at once, with its place and its rule; pure."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

import msgspec

from contracts.clauses import fragments
from contracts.clauses import matrix as responsibility
from contracts.clauses.errors import DraftFaulty
from contracts.clauses.library import Library
from contracts.clauses.types import Clause, Kind, ModelContract, Param, text
from contracts.clauses.use import ClauseUse, Value
from contracts.clauses.values import NOT_APPLICABLE, fault_of
from contracts.usage import reading
from contracts.usage.errors import PolicyInexpressible
from contracts.usage.tree import UsagePolicy
from kernel.errors import FieldError
from kernel.text import Text

CLAUSES_RULE: Final = "LT-CON-12"
TOGETHER_RULE: Final = "LT-CON-13"
SPECIAL_RULE: Final = "LT-CON-16"
SPECIAL: Final = "special"
Placed = fragments.Placed


class Findings(msgspec.Struct, frozen=True):
    """Faults, which keep a draft from being offered or signed, and warnings, which do not."""

    faults: tuple[FieldError, ...]
    warnings: tuple[FieldError, ...]


def require(
    library: Library, model: ModelContract, uses: Sequence[ClauseUse], policy: UsagePolicy | None, pointer: str = ""
) -> Findings:
    """The warnings of a draft without faults; raises DraftFaulty naming every fault, `pointer` before its place."""
    found = check(library, model, uses, policy)
    if found.faults:
        placed = [FieldError(pointer + fault.pointer, fault.detail, fault.rule) for fault in found.faults]
        raise DraftFaulty(errors=placed, model=model.id, count=len(placed))
    return found


def check(
    library: Library, model: ModelContract, uses: Sequence[ClauseUse], policy: UsagePolicy | None = None
) -> Findings:
    """Every fault and warning of a draft; without a policy, what it should say is not asked."""
    placed = [(at, clause, use) for at, use in enumerate(uses) if (clause := library.find(use)) is not None]
    faults = [
        *unknown(library, model, uses),
        *(fault for at, clause, use in placed for fault in _value_faults(at, clause, use)),
        *_together(placed),
        *_slots(model, placed),
        *_policy_faults(model, policy, placed),
        *responsibility.faults(
            responsibility.matrix(model, [clause for _, clause, _ in placed]), _offered(library, model)
        ),
    ]
    return Findings(tuple(faults), tuple(_warnings(library, placed)))


def _offered(library: Library, model: ModelContract) -> list[Clause]:
    """The clauses that may stand in a model, as they are offered now."""
    return [library.offered[name] for article in model.article for name in article.clauses if name in library.offered]


def unknown(library: Library, model: ModelContract, uses: Sequence[ClauseUse]) -> Iterator[FieldError]:
    """Clauses and versions that were never released, and clauses that are not this model's."""
    allowed = {name for article in model.article for name in article.clauses}
    for at, use in enumerate(uses):
        offered = library.offered.get(use.clause)
        if use.clause not in allowed:
            named = f"GET /v1/contract-models/{model.id}"
            fault = Text(
                f"该示范文本没有此条款；可用条款见 {named}",
                f"The model contract has no such clause; those that it has: {named}",
            )
            yield FieldError(f"/clauses/{at}/clause", fault, CLAUSES_RULE)
        elif library.find(use) is None:
            version = offered.version if offered is not None else "–"
            fault = Text(
                f"没有这一版本；现行版本：{version}", f"There is no such version; the present one is {version}"
            )
            yield FieldError(f"/clauses/{at}/version", fault, CLAUSES_RULE)


def _value_faults(at: int, clause: Clause, use: ClauseUse) -> Iterator[FieldError]:
    """Parameters that the clause does not have, that are missing, or out of range."""
    known = ", ".join(param.name for param in clause.params)
    for name in use.values:
        if clause.param(name) is None:
            pointer = f"/clauses/{at}/values/{escaped(name)}"
            fault = Text(
                f"条款“{clause.id}”没有此参数；可用：{known or '无'}",
                f"The clause {clause.id} has no such parameter; it has {known or 'none'}",
            )
            yield FieldError(pointer, fault, CLAUSES_RULE)
    for param in clause.params:
        pointer = f"/clauses/{at}/values/{param.name}"
        if param.name not in use.values:
            if param.required:
                yield FieldError(pointer, _missing(param), CLAUSES_RULE)
        elif (wrong := fault_of(param, use.values[param.name])) is not None:
            rule = SPECIAL_RULE if clause.slot == SPECIAL else CLAUSES_RULE
            fault = Text("“{label}”：{wrong}", "“{label}”: {wrong}").filled(label=text(param.label), wrong=wrong)
            yield FieldError(pointer, fault, param.rule or rule)


def escaped(name: str) -> str:
    """A name as pointers write it (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def _missing(param: Param) -> Text:
    """A blank is a fault; where a parameter may not apply, that is said by a value."""
    fault = Text("“{label}”未填写", "Not filled in: {label}").filled(label=text(param.label))
    if not param.may_not_apply:
        return fault
    return Text(
        f"{fault.zh}；不适用的，填写 {NOT_APPLICABLE}",
        f"{fault.en}; where it does not apply, say {NOT_APPLICABLE}",
    )


def _together(placed: Sequence[Placed]) -> Iterator[FieldError]:
    """What a clause requires beside it, and what cannot stand beside it."""
    first: dict[str, tuple[int, Clause]] = {}
    for at, clause, _ in placed:
        for name in clause.requires:
            if all(other.id != name for _, other, _ in placed):
                fault = Text(f"“{clause.id}”须与条款“{name}”同用", f"{clause.id} stands only together with {name}")
                yield FieldError(f"/clauses/{at}", fault, TOGETHER_RULE)
        for _, earlier in first.values():
            if earlier.id in clause.excludes or clause.id in earlier.excludes:
                fault = Text(
                    f"条款“{earlier.id}”与“{clause.id}”相互排斥，只能选其一",
                    f"The clauses {earlier.id} and {clause.id} contradict each other; choose one",
                )
                yield FieldError(f"/clauses/{at}", fault, TOGETHER_RULE)
        first.setdefault(clause.id, (at, clause))


def _slots(model: ModelContract, placed: Sequence[Placed]) -> Iterator[FieldError]:
    """One clause for each place, and one in every place that must not be empty."""
    seen: dict[str, Clause] = {}
    for at, clause, _ in placed:
        earlier = seen.get(clause.slot)
        if earlier is None:
            seen[clause.slot] = clause
        elif earlier.id not in clause.excludes and clause.id not in earlier.excludes:
            fault = Text(
                f"“{clause.slot}”只能有一个条款，已有“{earlier.id}”",
                f"{clause.slot} holds one clause, and {earlier.id} is there",
            )
            yield FieldError(f"/clauses/{at}", fault, TOGETHER_RULE)
    for article in model.article:
        if article.mandatory and article.slot not in seen:
            choices = ", ".join(article.clauses)
            fault = Text(
                "缺少必备条款“{name}”；可选：{choices}", "The article “{name}” is missing; choose one of {choices}"
            ).filled(name=text(article.name), choices=choices)
            yield FieldError("/clauses", fault, TOGETHER_RULE)


def _policy_faults(model: ModelContract, policy: UsagePolicy | None, placed: Sequence[Placed]) -> Iterator[FieldError]:
    """A policy that the gate can decide, and that says what the clauses say."""
    if policy is None:
        return
    try:
        reading.read(policy, "/policy")
    except PolicyInexpressible as refused:
        yield from refused.errors
        return
    if not model.policy:
        fault = Text(
            "该示范文本不授予任何数据使用权，不附使用控制策略",
            "This model contract grants no use of data, and goes without a usage policy",
        )
        yield FieldError("/policy", fault, fragments.RULE)
        return
    yield from fragments.faults(policy, placed)


def _warnings(library: Library, placed: Sequence[Placed]) -> Iterator[FieldError]:
    """What may be agreed and may not hold, and what has been superseded."""
    for at, clause, use in placed:
        for param in clause.params:
            value = use.values.get(param.name)
            if param.warning is not None and value is not None and _above(param, value):
                yield FieldError(f"/clauses/{at}/values/{param.name}", text(param.warning), param.rule)
        offered = library.offered.get(clause.id)
        if offered is None or offered.version != clause.version:
            now = "–" if offered is None else offered.version
            warning = Text(f"该版本已被取代；现行版本：{now}", f"This version is superseded; the present one is {now}")
            yield FieldError(f"/clauses/{at}/version", warning, CLAUSES_RULE)


def _above(param: Param, value: Value) -> bool:
    if param.warn_above is None or fault_of(param, value) is not None or value == NOT_APPLICABLE:
        return False
    plain = str(value).partition(" ")[0] if param.kind is Kind.MONEY else str(value)
    return Decimal(plain) > param.warn_above
