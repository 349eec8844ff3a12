"""The claims of an appraisal's document: one type for whoever writes them and whoever reads them.

A study, a signed report and an automatic revaluation are the same document with other parts. A document outlives its
readers: what the first ones did not state has a default, and what later ones add is passed over.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, Struct

from kernel.money import MoneyView
from kernel.text import Text

KIND: Final = "appraisal-report"
Standing = Literal["study", "issued", "automatic"]
STANDINGS: Final[dict[str, Text]] = {
    "study": Text(
        "自行测算：一名评估人员的计算结果，未经第二名评估人员、内部审核和签名，不是评估报告。",
        "A study: computed by one valuer, without a second valuer, review or signatures; it is no appraisal report.",
    ),
    "issued": Text(
        "评估报告：由两名评估人员签名，经内部审核后出具。",
        "An appraisal report: signed by two valuers after internal review.",
    ),
    "automatic": Text(
        "自动重估：评估依据变化后由系统重新计算，提请评估人员关注，未经签名，不替代原报告。",
        "Revalued automatically after an input changed, for the valuers' attention; unsigned, it replaces no report.",
    ),
}
"""What an appraisal is, in words that every document and page of it carries."""


class ValuerClaims(Struct, frozen=True):
    """A person of the team and the part it plays: first or second valuer, or reviewer."""

    part: str
    id: str
    name: str
    registration_number: str


class EngagementClaims(Struct, frozen=True, kw_only=True):
    """The engagement as its report states it; `supersedes` is the number of the report that this one replaces."""

    id: str
    client: str
    client_name: str
    firm: str
    firm_name: str
    provider_name: str
    purpose: str
    value_type: str
    base_date: date
    scope: str
    intended_users: tuple[str, ...]
    statutory: bool
    fee_basis: str
    supersedes: str | None
    accepted_at: str
    valuers: tuple[ValuerClaims, ...]
    independence: tuple[dict[str, Any], ...]


class RightsClaims(Struct, frozen=True):
    """The certificate that was in force, its last day, and the objections that were open; nulls where there is none."""

    certificate: str | None
    valid_until: str | None
    objections: tuple[str, ...]


Disclosure = Annotated[str, Meta(min_length=1, max_length=2000)]


class Disclosures(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a report says beside the numbers (数据资产评估指导意见, disclosure)."""

    scenario: Disclosure | None = None
    outlook: Disclosure | None = None
    experts: Disclosure | None = None
    later_events: Disclosure | None = None
    special: Annotated[tuple[Disclosure, ...], Meta(max_length=30)] = ()
    limits_of_use: Annotated[tuple[Disclosure, ...], Meta(max_length=30)] = ()


class PaperClaims(Struct, frozen=True):
    """A working paper by its digest."""

    kind: str
    title: str
    sha256: str


class ProcessStep(Struct, frozen=True):
    """A step of the work with its time (评估程序实施过程)."""

    at: str
    name: Text


class ReportClaims(Struct, frozen=True):
    """The report as such: its number, its days and how the work went."""

    number: str
    issued_on: date
    use_until: date
    archive_until: date
    process: tuple[ProcessStep, ...]


class SignatureClaims(Struct, frozen=True):
    """A valuer's signature with the key that proves it."""

    part: str
    practitioner: str
    name: str
    registration_number: str
    signing_key_id: str
    public_key: str
    signature: str
    signed_at: str


class CauseClaims(Struct, frozen=True):
    """Why an appraisal was computed anew: the entry of the log that called for it."""

    kind: str
    name: Text
    entry: str
    entry_kind: str
    subject: str
    at: str


class ChangeClaims(Struct, frozen=True):
    """One place that changed, with what stood there before and what stands there now."""

    place: str
    before: Any
    after: Any


class RevaluationClaims(Struct, frozen=True):
    """What an automatic appraisal follows: the report, the appraisal before it, and what changed since."""

    id: str
    report: str | None
    previous: str
    previous_value: MoneyView
    causes: tuple[CauseClaims, ...]
    changes: tuple[ChangeClaims, ...]


class AppraisalClaims(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What the document of an appraisal says; `appraisal` is the engine's own result and recomputes to itself.

    Both valuers sign everything up to `papers`; the rest tells of the signing. `id` is given by the credential.
    """

    asset: str
    asset_name: str
    appraisal: dict[str, Any]
    revision: str | None = None
    content_sha256: str | None = None
    provider: str | None = None
    valuer: str | None = None
    engagement: EngagementClaims | None = None
    rights: RightsClaims | None = None
    disclosures: Disclosures | None = None
    papers: tuple[PaperClaims, ...] | None = None
    standing: Standing | None = None
    standing_text: Text | None = None
    report: ReportClaims | None = None
    digest: str | None = None
    signatures: tuple[SignatureClaims, ...] | None = None
    provider_name: str | None = None
    valuer_name: str | None = None
    revaluation: RevaluationClaims | None = None
    id: str | None = None


def read(claims: Any) -> AppraisalClaims:
    """The claims of a document; raises ValidationError where they are not those of an appraisal."""
    return msgspec.convert(claims, AppraisalClaims)


def plain(value: Any) -> dict[str, Any]:
    """Claims, or an appraisal, as the plain JSON values that a document holds."""
    values: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(value, order="sorted"))
    return values


def appraisal_in(document: Any) -> Mapping[str, Any]:
    """The appraisal or calculation of a file: bare, in a credential, or in a credential's envelope; else ValueError."""
    for key in ("document", "credentialSubject", "appraisal"):
        if isinstance(document, dict) and key in document:
            document = document[key]
    if not isinstance(document, dict) or "trace" not in document:
        raise ValueError("it holds no appraisal")
    return document
