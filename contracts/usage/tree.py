"""The policy of an agreement (使用控制策略) as a typed tree: what is permitted, what is prohibited, and what is owed.

The words are those of grants (rights.grants.vocabulary), dated and closed: a word that the gate cannot decide cannot be
published. An empty dimension of a permission is refused when it is read, since it would permit nothing; an empty
dimension of a prohibition is every value. Time is half-open: `starts` is within, `ends` is not.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from contracts.policy.marks import AnyMarks, plain
from contracts.usage.scope import tree as scopes
from contracts.usage.scope.tree import TABLES_MAX, TableScope
from kernel.crypto import canonical
from rights.grants.box import Exclusivity

RULES_MAX: Final = 20
"""Permissions, and prohibitions, and duties: so many of each a policy may have."""

Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,39}$(?!\n)", description="规则编号 · the rule's own name")]
Word = Annotated[str, Meta(min_length=1, max_length=60)]
Words = Annotated[tuple[Word, ...], Meta(max_length=40)]
Limit = Annotated[int, Meta(ge=1, le=10**15)]
Days = Annotated[int, Meta(ge=1, le=36_500)]


class Since(StrEnum):
    """What a window of days begins with: the first access, or the settlement of the price."""

    FIRST_ACCESS = "first-access"
    SETTLEMENT = "settlement"


class DutyKind(StrEnum):
    """What may be owed (义务)."""

    PAY = "pay"
    ACKNOWLEDGE = "acknowledge"
    REPORT = "report"
    DELETE = "delete"
    PROVE_DELETION = "prove-deletion"
    ATTRIBUTE = "attribute"
    NOT_REIDENTIFY = "not-reidentify"
    PROVIDE_UPDATES = "provide-updates"


class Phase(StrEnum):
    """When a duty counts: before the first access, all the while, after the end, or where no gate can see it."""

    BEFORE = "before"
    ONGOING = "ongoing"
    AFTER = "after"
    PROMISE = "promise"


PHASES: Final = {
    DutyKind.PAY: Phase.BEFORE,
    DutyKind.ACKNOWLEDGE: Phase.BEFORE,
    DutyKind.REPORT: Phase.ONGOING,
    DutyKind.DELETE: Phase.AFTER,
    DutyKind.PROVE_DELETION: Phase.AFTER,
    DutyKind.ATTRIBUTE: Phase.PROMISE,
    DutyKind.NOT_REIDENTIFY: Phase.PROMISE,
    DutyKind.PROVIDE_UPDATES: Phase.PROMISE,
}
DECIDED: Final = (Phase.BEFORE, Phase.ONGOING)
"""The phases that the gate decides by; what comes after, and what is promised, never holds an access up."""


class Bearer(StrEnum):
    """Who owes a duty."""

    PROVIDER = "provider"
    CONSUMER = "consumer"


class Duty(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Something owed: `days` is its period (ongoing), or how long after the end it is due (after)."""

    id: Name
    kind: DutyKind
    bearer: Bearer = Bearer.CONSUMER
    days: Days | None = None


class Permission(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is permitted; it holds where every one of its sides does.

    `recipients` are terms of grants (`anyone`, `class:…`, `party:…`). `window_days` run from `window_from`; before that
    moment there is no window. The meters are those of the agreement: uses (用次), rows (用量) and seconds (用时); a
    limit holds after the use is added. `depth_max` is how often the data may be passed on. `duties` are ids of duties
    that it waits for.
    """

    id: Name
    actions: Words
    purposes: Words
    territory: Words
    environments: Words
    recipients: Words
    starts: datetime | None = None
    ends: datetime | None = None
    window_days: Days | None = None
    window_from: Since = Since.FIRST_ACCESS
    calls_max: Limit | None = None
    rows_max: Limit | None = None
    seconds_max: Limit | None = None
    depth_max: Annotated[int, Meta(ge=0, le=32)] = 0
    duties: Annotated[tuple[Name, ...], Meta(max_length=RULES_MAX)] = ()


class Prohibition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is prohibited, whatever is permitted; it holds wherever a request could lie within all of its sides."""

    id: Name
    actions: Words = ()
    purposes: Words = ()
    territory: Words = ()
    environments: Words = ()
    recipients: Words = ()
    starts: datetime | None = None
    ends: datetime | None = None


class UsagePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The policy of one data asset: of the revisions named, or of all while it is in force.

    With a `scope` it is of the tables named there, and of each only of the columns and rows that it says. With `marks`
    what is handed out are copies that bear them.
    """

    vocabulary: Word
    asset: Word
    permissions: Annotated[tuple[Permission, ...], Meta(min_length=1, max_length=RULES_MAX)]
    revisions: Words = ()
    prohibitions: Annotated[tuple[Prohibition, ...], Meta(max_length=RULES_MAX)] = ()
    duties: Annotated[tuple[Duty, ...], Meta(max_length=RULES_MAX)] = ()
    exclusivity: Exclusivity = Exclusivity.ORDINARY
    scope: Annotated[tuple[TableScope, ...], Meta(max_length=TABLES_MAX)] = ()
    marks: AnyMarks = ()


def copies_digest(policy: UsagePolicy, agreement_id: str) -> str | None:
    """The digest of that to which an agreement's files are made: its scope, which others may share, or its own marks.

    None where its files are those that were registered.
    """
    if not policy.marks:
        return scopes.digest(policy.scope)
    made_to = {"agreement": agreement_id, "marks": plain(policy.marks), "scope": scopes.plain(policy.scope)}
    return canonical.digest(made_to)
