"""Complete drafts of each model contract, and the policies that say the same."""

from datetime import date

import msgspec

from contracts.clauses.library import Library, default_use, library
from contracts.clauses.types import ModelContract
from contracts.clauses.use import ClauseUse, Value
from contracts.usage.tree import Bearer, Duty, DutyKind, Permission, UsagePolicy

DAY = date(2026, 11, 23)
LIBRARY: Library = library(DAY)
MODELS = tuple(LIBRARY.models.values())
FILLED: dict[str, dict[str, Value]] = {
    "object-registered": {"use_case": "not-applicable"},
    "source-warranty": {"source": "自有运营系统采集"},
    "instruction": {"task": "清洗和标注", "result": "标注数据集"},
    "fusion-object": {"contribution": "气象观测数据", "goal": "延误预测"},
    "stage-tests": {"stages": "探查、建模、上线"},
    "services": {"target": "物流企业"},
    "attribution": {"credit": "来源：示例开放平台"},
}


def filled(model: ModelContract) -> tuple[ClauseUse, ...]:
    """The model as it is published, with its blanks filled in."""
    return tuple(
        msgspec.structs.replace(use, values=use.values | FILLED.get(use.clause, {})) for use in LIBRARY.defaults(model)
    )


def use(name: str, **values: Value) -> ClauseUse:
    """A clause with its defaults, and the values given."""
    made = default_use(LIBRARY.offered[name])
    return msgspec.structs.replace(made, values=made.values | FILLED.get(name, {}) | values)


def without(uses: tuple[ClauseUse, ...], *names: str) -> tuple[ClauseUse, ...]:
    """The draft but for some clauses."""
    return tuple(each for each in uses if each.clause not in names)


def policy(*duties: Duty, **changed: object) -> UsagePolicy:
    """A policy of use in a sandbox with these duties."""
    made = UsagePolicy(
        vocabulary="2026-11",
        asset="ast_1",
        revisions=("rev_1",),
        permissions=(
            Permission(
                id="licence",
                actions=("use", "process"),
                purposes=("risk-control",),
                territory=("CN",),
                environments=("sandbox",),
                recipients=("anyone",),
            ),
        ),
        duties=duties,
    )
    return msgspec.structs.replace(made, **changed)  # type: ignore[arg-type]


PAY = Duty(id="payment", kind=DutyKind.PAY)
HIDDEN = Duty(id="hidden", kind=DutyKind.NOT_REIDENTIFY)
DELETED = Duty(id="deleted", kind=DutyKind.DELETE, days=30)
PROVED = Duty(id="proved", kind=DutyKind.PROVE_DELETION, days=44)
NAMED = Duty(id="named", kind=DutyKind.ATTRIBUTE)
UPDATED = Duty(id="updated", kind=DutyKind.PROVIDE_UPDATES, bearer=Bearer.PROVIDER)

POLICIES: dict[str, UsagePolicy | None] = {
    "provision": policy(PAY, HIDDEN, DELETED, PROVED),
    "entrusted": policy(HIDDEN, DELETED, PROVED),
    "fusion": policy(HIDDEN, DELETED, PROVED),
    "intermediary": None,
    "open-licence": policy(NAMED),
}
