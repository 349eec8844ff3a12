"""What requests for quotation say on the wire."""

from datetime import datetime
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from contracts.terms.document import PartyId, Terms
from kernel.money import MoneyView
from kernel.rules.policy import PolicyRef
from market.requests.states import QuotationState, QuoteState

Moment = Annotated[datetime, Meta(tz=True)]
Reason = Annotated[str, Meta(min_length=1, max_length=500)]
Note = Annotated[str, Meta(max_length=1000)]
Code = Annotated[str, Meta(min_length=1, max_length=60)]
Codes = Annotated[list[Code], Meta(min_length=1, max_length=20)]
FIELDS_MAX: Final = 100
Field = Annotated[str, Meta(min_length=1, max_length=100)]


class Want(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a buyer wants: about what, with which fields, for what, where, how good, how fresh, and for how much."""

    title: Annotated[str, Meta(min_length=2, max_length=80)]
    words: Annotated[str, Meta(min_length=1, max_length=200, description="主题词 · words that say what it is about")]
    purpose: Annotated[Code, Meta(description="用途 · what it is wanted for", examples=["risk-control"])]
    actions: Annotated[Codes, Meta(description="所需行为 · what is to be done with it", examples=[["use"]])]
    territory: Annotated[Codes, Meta(description="使用地域 · where it is to be used", examples=[["CN"]])]
    description: Annotated[str, Meta(max_length=2000)] = ""
    use_case: Annotated[str, Meta(max_length=400)] = ""
    fields: Annotated[list[Field], Meta(max_length=FIELDS_MAX, description="所需字段 · fields wanted")] = []
    level_max: Annotated[
        Literal["general", "important"], Meta(description="最高数据级别 · the highest level of data that is wanted")
    ] = "general"
    quality_min: Annotated[int, Meta(ge=0, le=100, description="质量下限 · lowest quality score")] | None = None
    freshness_days_max: (
        Annotated[int, Meta(ge=1, le=3650, description="新鲜度（天） · how many days old it may be")] | None
    ) = None
    budget: MoneyView | None = None
    delivery: Literal["files", "computing"] | None = None


class CreateRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Draft a request for quotation: to everybody, or to the providers that are named; sealed until its closing."""

    want: Want
    closes_at: Moment
    sealed: bool = True
    addressed: Annotated[list[PartyId], Meta(min_length=1, max_length=200)] | None = None


class EndRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Give a request up, or end it without an award."""

    reason: Reason


class SubmitQuote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Quote for a request: whole terms for its buyer about a listing of one's own."""

    terms: Terms
    note: Note = ""


class WithdrawQuote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Take one's own quote back before the closing."""

    reason: Reason


class AwardQuote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Take a quote by the digest of its terms."""

    terms_digest: Annotated[str, Meta(pattern=r"^sha256:[0-9a-f]{64}$(?!\n)")]


class AskClarification(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ask the buyer something; question and answer are read by all who may quote."""

    question: Annotated[str, Meta(min_length=1, max_length=2000)]


class AnswerClarification(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Answer a question, to all."""

    answer: Annotated[str, Meta(min_length=1, max_length=2000)]


class ClarificationView(msgspec.Struct, frozen=True):
    """A question and its answer; who asked is not told."""

    id: str
    question: str
    answer: str | None
    asked_at: datetime
    answered_at: datetime | None


class QuotationView(msgspec.Struct, frozen=True):
    """A request for quotation.

    `due_at` is when its present state ends by itself. Whom it is addressed to, how many have quoted and what was
    awarded is told to the buyer and to the offices that watch.
    """

    id: str
    buyer: str
    want: Want
    sealed: bool
    status: QuotationState
    allowed_actions: list[str]
    closes_at: datetime
    award_due_at: datetime | None
    due_at: datetime | None
    addressed: list[str] | None
    quote_count: int | None
    awarded_quote_id: str | None
    end_reason: str | None
    created_at: datetime
    opened_at: datetime | None


class QuoteView(msgspec.Struct, frozen=True):
    """A quote with the terms that stand; `versions` is how often they were given."""

    id: str
    request_id: str
    provider: str
    listing_id: str
    terms: Terms
    terms_digest: str
    note: str
    versions: int
    status: QuoteState
    allowed_actions: list[str]
    order_id: str | None
    end_reason: str | None
    submitted_at: datetime


Part = Literal["words", "fields", "territory", "quality", "freshness", "price"]


class PartView(msgspec.Struct, frozen=True):
    """One part of a score, from 0 to 1; null where it is not known, and then its weight counts for nothing."""

    part: Part
    weight: str
    score: str | None


class MatchView(msgspec.Struct, frozen=True):
    """A listing that fits a want, with its score and what that is made of."""

    listing_id: str
    provider: str
    title_zh: str
    title_en: str
    price: MoneyView | None
    score: str
    parts: list[PartView]


class MatchesView(msgspec.Struct, frozen=True):
    """The listings that fit best, by the published weights.

    `considered` were scored; `capped` says that an index found more than are scored: add a word.
    """

    rule: str
    policy: PolicyRef
    considered: int
    capped: bool
    items: list[MatchView]
