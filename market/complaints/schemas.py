"""What complaints say on the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from kernel.money import MoneyView
from market.complaints.states import ComplaintState

About = Annotated[
    str,
    Meta(
        pattern=r"^(ord|dlv|prt|bil)_[0-9a-z]{26}$(?!\n)",
        description="投诉对象的编号：订单、交付、交付批次或账单 · the id of what it is about",
    ),
]
Statement = Annotated[str, Meta(min_length=4, max_length=4000)]
Reason = Annotated[str, Meta(min_length=1, max_length=500)]
FileIds = Annotated[list[Annotated[str, Meta(max_length=40)]], Meta(max_length=20)]
Remedy = Literal["refund", "price-reduction", "redelivery", "refusal"]
RuleId = Annotated[str, Meta(pattern=r"^LT-[A-Z]{3}-\d{2}$(?!\n)", examples=["LT-CMP-05"])]


class FileComplaint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A buyer complains about an order, its delivery or a bill, and says what it asks for.

    `disputed` is the part of the price that is in dispute and is held; without it, all that can still go back.
    """

    about: About
    reason: Annotated[str, Meta(min_length=1, max_length=40, examples=["quality"])]
    asked: Literal["refund", "price-reduction", "redelivery", "other"]
    statement: Statement
    disputed: MoneyView | None = None
    evidence: FileIds = []


class AnswerComplaint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The provider contests the complaint, or concedes what is asked, which is then carried out."""

    stance: Literal["contest", "concede"]
    statement: Statement
    evidence: FileIds = []


class ProposeRemedy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the mediator proposes to both; money for a refund or a reduction of the price only."""

    remedy: Remedy
    statement: Statement
    amount: MoneyView | None = None


class AnswerProposal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A side takes the proposal or not; with both the matter is agreed, and without one the centre decides."""

    accept: bool
    statement: Annotated[str, Meta(max_length=2000)] = ""


class DecideComplaint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The centre's decision, at first instance or on the appeal: the facts, why, by which rules, and what follows."""

    remedy: Remedy
    findings: Statement
    grounds: Statement
    rules: Annotated[list[RuleId], Meta(min_length=1, max_length=10)]
    amount: MoneyView | None = None


class AppealDecision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a side wants the decision looked at by somebody else."""

    statement: Statement
    evidence: FileIds = []


class HandOffComplaint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Proof that the matter is before a court or an arbitral body: the disputed money waits for its outcome."""

    kind: Literal["arbitration", "court", "authority"]
    body: Annotated[str, Meta(min_length=1, max_length=200)]
    reference: Annotated[str, Meta(min_length=1, max_length=100)]
    evidence: Annotated[list[Annotated[str, Meta(max_length=40)]], Meta(min_length=1, max_length=20)]


class ConcludeComplaint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the court or the arbitral body decided, entered by an officer and carried out."""

    remedy: Remedy
    statement: Statement
    amount: MoneyView | None = None
    evidence: FileIds = []


class RedeliverComplaint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The revision that the provider delivers again: the one that was agreed, or a later one of the listing."""

    revision_id: Annotated[str, Meta(pattern="^rev_", max_length=40)]
    statement: Annotated[str, Meta(max_length=2000)] = ""


class AnswerRedelivery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether what was delivered again is as agreed; if not, the centre decides."""

    accept: bool
    statement: Annotated[str, Meta(max_length=2000)] = ""
    evidence: FileIds = []


class WithdrawComplaint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why the complaint is given up."""

    reason: Reason


class PostComplaintMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something written in the case, for both sides and the centre."""

    text: Annotated[str, Meta(min_length=1, max_length=4000)]
    attachments: FileIds = []


class RemedyView(msgspec.Struct, frozen=True):
    """What was last proposed or decided."""

    kind: str
    amount: MoneyView | None


class ComplaintView(msgspec.Struct, frozen=True):
    """A complaint as its sides and the centre see it; its record is a list of its own.

    `owner` is who has to act by `due_at`.
    """

    id: str
    about: str
    order_id: str
    bill_id: str | None
    agreement_id: str
    buyer: str
    provider: str
    reason: str
    asked: str
    price: MoneyView
    disputed: MoneyView
    paid_back: MoneyView
    remedy: RemedyView | None
    accepted_by: list[str]
    status: ComplaintState
    allowed_actions: list[str]
    owner: str | None
    due_at: datetime | None
    outcome: str | None
    refund_id: str | None
    policy: dict[str, Any]
    filed_at: datetime
    closed_at: datetime | None


class ComplaintFileView(msgspec.Struct, frozen=True):
    """A file of the case by its number and digest."""

    n: int
    name: str
    sha256: str
    size_bytes: int
    media_type: str


class ComplaintStepView(msgspec.Struct, frozen=True):
    """Something that was said or done in the case, with the files that came with it."""

    n: int
    kind: str
    role: str
    by: str | None
    text: str
    facts: dict[str, Any]
    files: list[ComplaintFileView]
    document_id: str | None
    at: datetime


class ComplaintBundleView(msgspec.Struct, frozen=True):
    """A bundle for arbitration or court; it can be fetched once it has a digest."""

    id: str
    complaint_id: str
    last_step: int
    document_id: str | None
    sha256: str | None
    size_bytes: int | None
    requested_at: datetime
    made_at: datetime | None


class ComplaintReasonView(msgspec.Struct, frozen=True):
    """A reason for which complaints are heard, and what its period runs from."""

    code: str
    window: str
    zh: str
    en: str


class ComplaintCount(msgspec.Struct, frozen=True):
    """How many complaints of a reason came to an outcome."""

    reason: str
    outcome: str
    count: int


class ComplaintStatisticsView(msgspec.Struct, frozen=True):
    """Complaints counted by reason and outcome, without names; the reasons in words beside them."""

    since: str | None
    until: str | None
    total: int
    counts: list[ComplaintCount]
    reasons: list[ComplaintReasonView]
    policy: dict[str, Any]
