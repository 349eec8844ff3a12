"""What the examination of a case is told on the wire."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from rights.registrations.schemas import PieceOfEvidence, Reason

Codes = Annotated[list[Annotated[str, Meta(max_length=40)]], Meta(max_length=10)]


class RequestSupplement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ask for everything that is missing at once, as kinds of evidence; the clocks stand still until it is there."""

    kinds: Annotated[list[Annotated[str, Meta(max_length=40)]], Meta(min_length=1, max_length=20)]
    reason: Reason


class SupplyMaterials(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Bring what was asked for."""

    evidence: Annotated[list[PieceOfEvidence], Meta(min_length=1, max_length=50)]


class ExtendCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Give the case one more period, with a reason."""

    reason: Reason


class DecideAcceptance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Accept the application for review, or reject it on published grounds."""

    decision: Literal["accept", "reject"]
    reason: Reason
    grounds: Codes = []


class Checklist(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the review looks at (数据产权登记工作指引 arts. 15, 18 to 21)."""

    description_accuracy: bool
    source_compliance: bool
    rights_clarity: bool
    public_data_checked: bool


class DeterminePublicData(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The registrar's finding whether the data of a case is public data, whatever the provider declared."""

    public_data: bool
    reason: Reason


class ReviewRegistration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Approve the case for public notice, or refuse it on published grounds."""

    decision: Literal["approve", "refuse"]
    checklist: Checklist
    reason: Reason
    grounds: Codes = []
    waive_notice: bool = False
