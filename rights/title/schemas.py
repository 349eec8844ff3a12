"""What title says on the wire."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from kernel.text import Text
from rights.grants.schemas import ConditionTerms, GrantTerms
from rights.title.policy import RightsAct
from rights.title.states import GrantState, RemarkState

PartyId = Annotated[str, Meta(pattern="^pty_", max_length=40)]
GrantId = Annotated[str, Meta(pattern="^grt_", max_length=40)]
Basis = Annotated[str, Meta(min_length=1, max_length=400, description="依据文书 · the document it rests on")]


class RoyaltyTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the grantee owes of what products made under the grant earn: of its own share, or of all the proceeds."""

    rate: Annotated[str, Meta(pattern=r"^(0(\.[0-9]{1,6})?|1(\.0{1,6})?)$(?!\n)", examples=["0.20"])]
    of: Literal["share", "proceeds"] = "share"


class MakeGrant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Grant something out of what one holds; without `under`, out of whichever grant carries it."""

    grantee_id: PartyId
    terms: GrantTerms
    under: GrantId | None = None
    reference: Annotated[str, Meta(max_length=200, description="合同编号 · the contract's number")] | None = None
    royalty: RoyaltyTerms | None = None


class RecordGrant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Enter a grant that its grantor made before the registrar, with the co-holders who consented in writing."""

    grantor_id: PartyId
    grant: MakeGrant
    consents: Annotated[list[PartyId], Meta(max_length=100)] = []


class CheckTitle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ask whether a holder may do something; a grant may name its grantee. Without a holder, one's own party."""

    act: RightsAct
    wanted: GrantTerms
    holder_id: PartyId | None = None
    grantee_id: PartyId | None = None
    under: GrantId | None = None


class TransferTitle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Move a holder's whole title in an asset (转让): the transferor keeps nothing of it."""

    transferor_id: PartyId
    transferee_id: PartyId
    basis: Basis
    consents: Annotated[list[PartyId], Meta(max_length=100)] = []


class EndGrant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Give a grant up, or take it from the register."""

    reason: Annotated[str, Meta(min_length=1, max_length=400)]


class DeclareParent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Say that an asset is made from another."""

    parent_asset_id: Annotated[str, Meta(pattern="^ast_", max_length=40)]
    kind: Annotated[str, Meta(max_length=40, examples=["derived-from", "product-of"])]


class RecordParent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Enter that an asset is made from another though its holder did not declare it, and how that was found."""

    parent_asset_id: Annotated[str, Meta(pattern="^ast_", max_length=40)]
    kind: Annotated[str, Meta(max_length=40, examples=["derived-from", "product-of"])]
    basis: Basis


class Share(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A co-holder's share as a fraction."""

    party_id: PartyId
    numerator: Annotated[int, Meta(ge=1, le=10**9)]
    denominator: Annotated[int, Meta(ge=2, le=10**9)]


class SetShares(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Enter who holds a title together, and in what shares; replaces what stood before."""

    shares: Annotated[list[Share], Meta(min_length=2, max_length=100)]
    basis: Basis


class EnterRemark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Enter a remark on an asset's rights (数据产权登记工作指引 art. 23)."""

    kind: Annotated[str, Meta(max_length=40, examples=["pledge", "seizure"])]
    basis: Basis
    beneficiary_id: PartyId | None = None
    condition: ConditionTerms | None = None
    until: Annotated[date, Meta(description="届满日（不含）· the first day on which it no longer stands")] | None = None


class ReleaseRemark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Take a remark off."""

    basis: Basis


class GrantView(msgspec.Struct, frozen=True):
    """A link of the chain of title."""

    id: str
    asset_id: str
    parent_id: str | None
    grantor_id: str | None
    grantee_id: str
    certificate_id: str | None
    source: str
    reference: str | None
    royalty_rate: str | None
    royalty_of: str | None
    terms: dict[str, Any]
    terms_sha256: str
    status: GrantState
    created_at: datetime


class ShareView(msgspec.Struct, frozen=True):
    """A co-holder and its share."""

    party_id: str
    numerator: int
    denominator: int


class RemarkView(msgspec.Struct, frozen=True):
    """A remark and what it blocks."""

    id: str
    asset_id: str
    kind: str
    label: dict[str, str]
    blocks: list[str]
    condition: dict[str, Any] | None
    priority: int | None
    beneficiary_id: str | None
    basis: str
    until: date | None
    status: RemarkState
    created_at: datetime


class LineageView(msgspec.Struct, frozen=True):
    """That one asset is made from another, and by which grant; without one, how the registrar found it."""

    child_id: str
    parent_id: str
    kind: str
    grant_id: str | None
    basis: str | None
    created_at: datetime


class TitleView(msgspec.Struct, frozen=True):
    """An asset's title at a moment: its registered roots, co-holders, sources and remarks, and licences one may see."""

    asset_id: str
    at: datetime
    titles: list[GrantView]
    shares: list[ShareView]
    licences: list[GrantView]
    licences_not_shown: int
    made_from: list[LineageView]
    made_into: list[LineageView]
    remarks: list[RemarkView]


class ViolationView(msgspec.Struct, frozen=True):
    """A side on which the wish reaches out: what was wanted beyond, and what is held there."""

    dimension: str
    wanted: list[str]
    held: list[str]


class EdgeView(msgspec.Struct, frozen=True):
    """The violated edge: from which link to which, the wish itself being the last (null)."""

    number: int
    from_grant: str | None
    to_grant: str | None


class CitedRule(msgspec.Struct, frozen=True):
    """The rule that stands against a wish."""

    id: str
    zh: str
    en: str
    basis: str
    basis_text: Text


class FindingView(msgspec.Struct, frozen=True):
    """One reason against a wish."""

    kind: str
    asset_id: str
    edge: EdgeView | None
    violations: list[ViolationView]
    against: list[str]
    rule: CitedRule


class LinkView(msgspec.Struct, frozen=True):
    """A link of the chain on which the wish was judged."""

    id: str
    grantor_id: str | None
    grantee_id: str
    status: Literal["active", "ended"]


class TitleAnswer(msgspec.Struct, frozen=True):
    """Yes, or every reason against, the violated edge first; `terms` is the wish as it was understood."""

    permitted: bool
    asset_id: str
    holder_id: str
    act: str
    terms: dict[str, Any]
    chain: list[LinkView]
    findings: list[FindingView]
