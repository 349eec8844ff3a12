"""What mandates, quotes and agents' orders say on the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from kernel.money import MoneyView
from kernel.rules.policy import PolicyRef
from market.mandates.states import MandateOrderState, MandateState

Moment = Annotated[datetime, Meta(tz=True)]
SignatureText = Annotated[str, Meta(min_length=88, max_length=88, description="base64 的 Ed25519 签名 · in base64")]
Multikey = Annotated[
    str,
    Meta(
        min_length=10,
        max_length=100,
        description="Ed25519 Multikey",
        examples=["z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw"],
    ),
]
SignedMoment = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z$(?!\n)",
        description="签名时间，UTC，须与本中心时钟相差不到公布的秒数 · when it was signed, in UTC",
        examples=["2026-11-23T02:00:00Z"],
    ),
]


class Agent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The software that orders, by the thumbprint of its Ed25519 key (RFC 7638)."""

    jkt: Annotated[
        str,
        Meta(pattern=r"^[A-Za-z0-9_-]{43}$(?!\n)", examples=["kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"]),
    ]


class Limit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The most of an amount."""

    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}$(?!\n)", examples=["CNY"])]
    max: Annotated[str, Meta(min_length=1, max_length=20, examples=["1000.00"])]


class DraftMandate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Draft a mandate; no sellers are none, and so are no purposes and no territory.

    It holds from `not_before` on and before `not_after`. What is above `human_above` waits for a person of the
    principal; without it nothing does. With `refund_recredits` what goes back of an order, or was never paid of one
    that ended, may be ordered for again.
    """

    agent: Agent
    sellers: Annotated[list[Annotated[str, Meta(max_length=40)]], Meta(max_length=100)]
    purposes: Annotated[list[Annotated[str, Meta(max_length=40)]], Meta(max_length=50)]
    territory: Annotated[list[Annotated[str, Meta(max_length=40)]], Meta(max_length=100)]
    per_order: Limit
    budget: Limit
    max_count: Annotated[int, Meta(ge=1, le=1_000_000)]
    not_before: Moment
    not_after: Moment
    max_grade: Literal["general", "important"] = "general"
    human_above: Annotated[str, Meta(min_length=1, max_length=20, examples=["2.50"])] | None = None
    refund_recredits: bool = False


class SignMandate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The principal's signature over the mandate's `signing_text`, by one of its registered keys."""

    signing_key_id: Annotated[str, Meta(max_length=40)]
    signature: SignatureText


class RevokeMandate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """End a mandate at once, and say why; what was ordered stays ordered."""

    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class MandateUsage(msgspec.Struct, frozen=True):
    """What of a mandate is used up; `spent` holds what is reserved for orders that await approval."""

    mandate_id: str
    budget: MoneyView
    spent: MoneyView
    reserved: MoneyView
    left: MoneyView
    count: int
    count_left: int


class MandateSummary(msgspec.Struct, frozen=True):
    """A mandate as a list shows it."""

    id: str
    principal: str
    status: MandateState
    allowed_actions: list[str]
    agent_jkt: str
    budget: MoneyView
    spent: MoneyView
    not_before: datetime
    not_after: datetime
    created_at: datetime


class MandateView(MandateSummary, frozen=True):
    """A mandate with the document that is signed; `document_id` is the credential that was issued of it."""

    document: dict[str, Any]
    digest: str
    signing_text: Annotated[str, Meta(description="委托人签署的文字（RFC 8785） · what the principal signs")]
    policy: PolicyRef
    signing_key_id: str | None
    signature: str | None
    signed_at: datetime | None
    document_id: str | None
    revoked_at: datetime | None
    revoked_because: str | None


class AskQuote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ask what ordering a listing for a purpose costs now, at a fixed price; nothing is ordered."""

    listing_id: Annotated[str, Meta(max_length=40)]
    purpose: Annotated[str, Meta(min_length=1, max_length=40, examples=["internal-analysis"])]
    use_case: Annotated[str, Meta(max_length=400, description="应用场景 · what the data will be used for")] = ""


class OrderQuoteView(msgspec.Struct, frozen=True):
    """What an order costs, and on which terms, until a moment; `signature` is the centre's over `signing_text`.

    `terms_digest` is the digest of the terms that an agreement on such an order has.
    """

    id: str
    buyer: str
    provider: str
    listing_id: str
    revision_id: str
    purpose: str
    use_case: str
    price: MoneyView
    terms_digest: str
    expires_at: datetime
    signing_text: str
    verification_method: str
    signature: str


class AskMandateOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An agent's order: a quote, its price, and the agent's signature over {mandate, quote, key, amount, at}.

    What is signed is their RFC 8785 form; `key` is the request's Idempotency-Key, `at` the text below.
    """

    quote_id: Annotated[str, Meta(max_length=40)]
    amount: MoneyView
    at: SignedMoment
    public_key: Multikey
    signature: SignatureText


class ApproveMandateOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The principal's signature over the order's `signing_text`, by one of its registered keys."""

    signing_key_id: Annotated[str, Meta(max_length=40)]
    signature: SignatureText


class RejectMandateOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Let an agent's order not be placed, and say why; what was reserved for it is free again."""

    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class MandateOrderView(msgspec.Struct, frozen=True):
    """An order that an agent asked for; `order_id` is the order once it is placed."""

    id: str
    mandate_id: str
    status: MandateOrderState
    allowed_actions: list[str]
    key: str
    quote_id: str
    listing_id: str
    purpose: str
    use_case: str
    amount: MoneyView
    order_id: str | None
    signing_text: Annotated[
        str | None, Meta(description="待批准时由委托人签署的文字 · what the principal signs to approve it")
    ]
    due_at: Annotated[datetime | None, Meta(description="须在此前批准 · until when it may be approved")]
    recredited: MoneyView
    reason: str | None
    created_at: datetime
    decided_at: datetime | None
