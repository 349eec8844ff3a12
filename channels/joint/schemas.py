"""What joint computing says on the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from channels.computing.grammar.query import Value
from channels.computing.schemas import DomainValue, Name, Reason, Rows, SetOffer, Sql, TemplateParameter
from channels.joint.states import JointAgreementState, JointRunState
from kernel.text import Text

SideName = Literal["a", "b"]
Normalisation = Literal["exact", "trimmed", "caseless", "digits"]
Code = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$(?!\n)", examples=["reach"])]
RevisionId = Annotated[str, Meta(pattern="^rev_", max_length=40)]
Sha256 = Annotated[str, Meta(pattern=r"^sha256:[0-9a-f]{64}$(?!\n)", max_length=71)]


class JointSide(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One's own order of data that stays, the registered file of it that is joined, and by which of its columns."""

    order_id: Annotated[str, Meta(pattern="^ord_", max_length=40)]
    file: Annotated[str, Meta(min_length=1, max_length=255)]
    key_column: Annotated[Name, Meta(description="用于联结的标识列 · the column of identifiers that is joined on")]


class JointTemplate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """SQL over the table `data`: the rows that both have, with columns a_… and b_… and parameters as `$name`.

    `key` stands for the identifier: a digest under a key that ends with the run. Rows whose `units_column` is less than
    the agreement's `units_min` are left out. Both providers review every result.
    """

    code: Code
    name_zh: Annotated[str, Meta(min_length=1, max_length=100)]
    name_en: Annotated[str, Meta(min_length=1, max_length=100)]
    sql: Sql
    parameters: Annotated[list[TemplateParameter], Meta(max_length=20)]
    rows_max: Rows
    runs_max: Annotated[int, Meta(ge=1, le=10_000)]
    units_column: Annotated[str, Meta(min_length=1, max_length=60)] | None = None


class JointContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that two providers consent to: what is joined on what, which questions may be asked, and who has the answers.

    Identifiers are compared as they are (`exact`), without spaces around them (`trimmed`), without regard to case
    besides (`caseless`), or by their ASCII digits alone (`digits`). With `aggregates` the buyer asks its own queries,
    answered with noise; `templates` run as written. `recipients` have released answers beside the buyer.
    """

    a: JointSide
    b: JointSide
    normalisation: Normalisation
    aggregates: bool
    templates: Annotated[list[JointTemplate], Meta(max_length=50)]
    units_min: Annotated[int, Meta(ge=1, le=10**6, description="最小集合与最小分组 · the least set and group")]
    recipients: Annotated[list[SideName], Meta(max_length=2)]
    term_days: Annotated[int, Meta(ge=1, le=3660)]


class JointSideView(msgspec.Struct, frozen=True):
    """One side of a joint agreement."""

    order_id: str
    agreement_id: str
    asset_id: str
    provider: str
    consented_at: datetime | None


class JointAgreementView(msgspec.Struct, frozen=True):
    """A joint agreement, as its buyer and both providers see it; `sha256` is what they consent to."""

    id: str
    buyer: str
    a: JointSideView
    b: JointSideView
    content: JointContent
    sha256: str
    notice: Annotated[Text, Meta(description="各方须知 · what all three are told plainly")]
    status: JointAgreementState
    reason: str | None
    allowed_actions: list[str]
    in_force_at: datetime | None
    ended_at: datetime | None
    due_at: datetime | None
    created_at: datetime


class ConsentJoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which content is consented to, by its digest."""

    sha256: Sha256


class JointReason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why."""

    reason: Reason


class JointBudgetView(msgspec.Struct, frozen=True):
    """What is left of one side's privacy budget: the lesser of its agreement's and its product's."""

    micro_epsilon_spent: int
    micro_epsilon_left: int


class JointAllowanceView(msgspec.Struct, frozen=True):
    """What may be asked now: the columns of `data` with their promise, and what each side's budget holds."""

    joint_agreement_id: str
    offer: Annotated[
        SetOffer | None,
        Meta(description="两份说明合并的约束，向双方各全额扣减 · both offers together; each side is charged in full"),
    ]
    a: JointBudgetView
    b: JointBudgetView
    caution: Text


class AskJoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A query on the table `data` with columns a_… and b_…; each side is charged all that it costs before it runs."""

    sql: Annotated[
        Sql, Meta(examples=["select a_region, count(*) as n, avg(b_spend) as spend from data group by a_region"])
    ]
    a_revision_id: RevisionId | None = None
    b_revision_id: RevisionId | None = None
    place: Annotated[str, Meta(min_length=1, max_length=60)] | None = None


class RunJointTemplate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Run a template of the joint agreement with values for its parameters, by name."""

    template: Code
    parameters: Annotated[dict[str, DomainValue], Meta(max_length=20)]
    a_revision_id: RevisionId | None = None
    b_revision_id: RevisionId | None = None
    place: Annotated[str, Meta(min_length=1, max_length=60)] | None = None


class JointReviewView(msgspec.Struct, frozen=True):
    """What one provider said of a result; who said it the providers alone are told."""

    reason: str | None
    reviewed_by: str | None


class JointRunView(msgspec.Struct, frozen=True):
    """A joint run with what was asked, what it cost each side, and who reviewed it."""

    id: str
    joint_agreement_id: str
    a_revision_id: str
    b_revision_id: str
    sql: str | None
    template: str | None
    parameters: dict[str, Value] | None
    micro_epsilon: Annotated[int, Meta(description="向双方各扣减的微 ε · charged to each side")]
    pico_delta: int
    status: JointRunState
    allowed_actions: list[str]
    answer: dict[str, Any] | None
    answer_sha256: Annotated[
        str | None, Meta(description="结果（RFC 8785）的 SHA-256 · of the answer as RFC 8785 JSON")
    ]
    a_use_id: str | None
    b_use_id: str | None
    a_review: JointReviewView
    b_review: JointReviewView
    due_at: datetime | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
