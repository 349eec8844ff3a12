"""What approval inside an organisation says on the wire."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from contracts.terms.document import Terms
from kernel.money import MoneyView

KeyId = Annotated[
    str,
    Meta(max_length=40, description="代表某人的接口密钥或成员 · the API key or the member that stands for a person"),
]
Digest = Annotated[str, Meta(pattern=r"^sha256:[0-9a-f]{64}$(?!\n)")]


class Band(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Up to an amount, how many others must have said yes; the last band has no amount and holds for all above."""

    approvers: Annotated[int, Meta(ge=0, le=2)]
    up_to: MoneyView | None = None


class Seat(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person who may approve: its key, with all that this key has made for itself."""

    key_id: KeyId
    name: Annotated[str, Meta(min_length=1, max_length=60)]


class Delegation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another person who may approve in the place of one who is named, up to an amount and until a moment."""

    from_key_id: KeyId
    to_key_id: KeyId
    name: Annotated[str, Meta(min_length=1, max_length=60)]
    limit: MoneyView
    until: Annotated[datetime, Meta(tz=True)]


class RuleBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who may bind the party to how much: bands by amount, those who approve, and who stands in for them."""

    bands: Annotated[list[Band], Meta(min_length=1, max_length=10)]
    approvers: Annotated[list[Seat], Meta(max_length=50)] = []
    delegations: Annotated[list[Delegation], Meta(max_length=50)] = []


class SetApprovalRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Put a new version of the party's rule in the place of the one before."""

    rule: RuleBody
    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class ApprovalRuleView(msgspec.Struct, frozen=True):
    """A version of a party's own rule."""

    party_id: str
    n: int
    rule: RuleBody
    reason: str
    key_id: str
    at: datetime


class GiveApproval(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Say yes to one's party's being bound by these terms, whether they were sent to the other side yet or not."""

    terms: Terms


class ApprovalView(msgspec.Struct, frozen=True):
    """A person's yes to terms; a void one counts for nothing any more.

    `superseded_by` says why: the digest of the terms that have taken their place, or the id of the agreement or the
    amendment whose signature it was used for.
    """

    id: str
    terms_digest: str
    amount: MoneyView | None
    rule_n: int
    seat: str
    key_id: str
    approved_at: datetime
    voided_at: datetime | None
    superseded_by: str | None
