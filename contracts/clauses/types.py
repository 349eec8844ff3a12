"""What a clause, its parameters and a model contract are; pure, as the released library holds them.

A text has placeholders `{name}` for parameters and no logic. What a clause says beyond words is typed beside it: what
it demands of the usage policy, who owes what by when, and which cells of the responsibility matrix it fills.
"""

from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from contracts.usage.tree import Bearer, DutyKind
from kernel.rules.policy import Confidence
from kernel.text import Text
from rights.grants.box import Exclusivity

Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,59}$(?!\n)")]
Hole = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$(?!\n)")]
Pair = tuple[str, str]
"""Chinese, then English."""


def text(pair: Pair) -> Text:
    """A pair of the library as a text."""
    return Text(*pair)


class Kind(StrEnum):
    """What a parameter holds."""

    DAYS = "days"
    WORKDAYS = "workdays"
    NUMBER = "number"
    PERCENT = "percent"
    MONEY = "money"
    DATE = "date"
    CHOICE = "choice"
    PARTY = "party"
    TEXT = "text"
    CODE = "code"


class Side(StrEnum):
    """Whom a clause binds."""

    PROVIDER = "provider"
    CONSUMER = "consumer"
    BOTH = "both"
    CENTRE = "centre"


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the answers that a parameter admits."""

    code: Name
    name: Pair


class Param(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A parameter: `min` and `max` bound numbers, and the length of texts; what lies above `warn_above` is warned of.

    Where it `may_not_apply`, the value `not-applicable` says so; a blank never does.
    """

    name: Hole
    kind: Kind
    label: Pair
    min: int | None = None
    max: int | None = None
    choices: tuple[Choice, ...] = ()
    default: str | int | None = None
    required: bool = True
    may_not_apply: bool = False
    warn_above: int | None = None
    warning: Pair | None = None
    rule: str | None = None


class DutyDemand(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A duty that the policy must have; `days` is a number, or the name of the parameter that holds it."""

    kind: DutyKind
    bearer: Bearer = Bearer.CONSUMER
    days: int | str | None = None


class Fragment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a clause demands of the usage policy, so that the words and the gate stay one.

    `withheld` are actions that it does not permit; `permitted` those that some permission does; every permission lies
    `within` the environments. `onward` says whether some permission may be passed on, or none.
    """

    duties: tuple[DutyDemand, ...] = ()
    withheld: tuple[str, ...] = ()
    permitted: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    exclusivity: Exclusivity | None = None
    onward: bool | None = None
    revisions: bool | None = None
    """Whether the policy is of named revisions only, or of all while it is in force."""


class Trigger(StrEnum):
    """What sets the clock of an obligation going."""

    IN_FORCE = "in-force"
    INVOICE = "invoice"
    RECEIVED = "received"
    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    FOUND = "found"
    NOTICE = "notice"
    REQUEST = "request"
    PERIOD = "period"
    STAGE = "stage"
    CONCLUDED = "concluded"
    PRICE_CHANGE = "price-change"
    END = "end"


TRIGGERS: Final = {
    Trigger.IN_FORCE: Text("合同生效", "the contract is in force"),
    Trigger.INVOICE: Text("收到账单", "the invoice is received"),
    Trigger.RECEIVED: Text("收到交付物", "the data or results are received"),
    Trigger.DELIVERED: Text("交付完成", "delivery is complete"),
    Trigger.ACCEPTED: Text("验收合格", "acceptance"),
    Trigger.FOUND: Text("发现或应当发现", "it is found, or ought to be"),
    Trigger.NOTICE: Text("收到通知", "notice is received"),
    Trigger.REQUEST: Text("收到请求", "a request is received"),
    Trigger.PERIOD: Text("每个周期届满", "each period ends"),
    Trigger.STAGE: Text("阶段完成", "a stage is complete"),
    Trigger.CONCLUDED: Text("促成的合同成立", "the contract brought about is concluded"),
    Trigger.PRICE_CHANGE: Text("新价格生效日", "the day on which a new price takes effect"),
    Trigger.END: Text("合同终止", "the contract ends"),
}


class ClockKind(StrEnum):
    """How a clock counts: forward from its trigger, or backward (a day that must not be missed before it)."""

    AT_ONCE = "at-once"
    HOURS = "hours"
    DAYS = "days"
    WORKDAYS = "workdays"
    DAYS_BEFORE = "days-before"


class Clock(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A clock; `length` is a number, or the name of the parameter that holds it."""

    kind: ClockKind
    length: int | str = 0


class Obligation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a clause makes somebody owe; without a clock it stands all the while."""

    code: Name
    name: Pair
    bearer: Side
    trigger: Trigger
    clock: Clock | None = None
    beneficiary: Side | None = None
    """Where it is not the other party."""


class Stage(StrEnum):
    """The life cycle of data, as the responsibility matrix has it."""

    COLLECT = "collect"
    TRANSFER = "transfer"
    STORE = "store"
    USE = "use"
    OPEN = "open"
    DESTROY = "destroy"


STAGES: Final = {
    Stage.COLLECT: Text("采集", "Collect"),
    Stage.TRANSFER: Text("传输", "Transfer"),
    Stage.STORE: Text("存储", "Store"),
    Stage.USE: Text("使用", "Use"),
    Stage.OPEN: Text("开放", "Open"),
    Stage.DESTROY: Text("销毁", "Destroy"),
}


class Duty(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a clause says in the responsibility matrix: who, what and how, or a part of these."""

    stage: Stage
    who: Side | None = None
    what: Pair | None = None
    how: Pair | None = None


class Reference(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A licence that is taken by reference to its own text."""

    title: str
    url: str
    spdx: str | None = None


class Clause(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One released clause. `notable` ones limit or burden the other side, and are pointed out (民法典 art. 496)."""

    id: Name
    slot: Name
    name: Pair
    zh: str
    en: str
    binds: Side
    basis: str
    confidence: Confidence
    version: str = "1"
    params: tuple[Param, ...] = ()
    requires: tuple[Name, ...] = ()
    excludes: tuple[Name, ...] = ()
    fragment: Fragment = Fragment()
    obligations: tuple[Obligation, ...] = ()
    matrix: tuple[Duty, ...] = ()
    notable: bool = False
    survives: bool = False
    reference: Reference | None = None

    def param(self, name: str) -> Param | None:
        """One of its parameters by name."""
        return next((param for param in self.params if param.name == name), None)


class Article(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A place in a model contract: which clauses it may hold, and where the national text has it, if that is known."""

    slot: Name
    name: Pair
    clauses: tuple[Name, ...]
    mandatory: bool = False
    default: Name | None = None
    article: str | None = None
    annex: bool = False


class ModelContract(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A model contract: our own wording, structured after the national text whose number it names.

    `policy` says whether it grants a use of data, and so goes with a usage policy; `matrix`, whether every stage of the
    data's life must have somebody who answers for it.
    """

    id: Name
    name: Pair
    note: Pair
    provider: Pair
    consumer: Pair
    article: tuple[Article, ...]
    basis: str
    confidence: Confidence
    gf: str | None = None
    policy: bool = True
    matrix: bool = True

    def place(self, slot: str) -> Article | None:
        """The article of a slot."""
        return next((article for article in self.article if article.slot == slot), None)

    def role(self, side: Side) -> Text:
        """What a side is called in this contract."""
        return {
            Side.PROVIDER: text(self.provider),
            Side.CONSUMER: text(self.consumer),
            Side.BOTH: Text("双方", "both parties"),
            Side.CENTRE: Text("中心", "the centre"),
        }[side]
