"""What applications for registration say on the wire."""

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from rights.assets.schemas import Records, RegionLevel, Structure
from rights.registrations.schemas import Pieces, Reason
from rights.terms import Right

Waiver = Annotated[str, Meta(min_length=1, max_length=500, description="申请免予公示的理由 · why no notice")]


Sources = Annotated[
    list[Annotated[str, Meta(max_length=40)]],
    Meta(
        max_length=50,
        description="公共数据来源：所用公共数据资源的登记编号 · numbers of the public data resources used",
    ),
]


class OutsideSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Data from elsewhere of which derived data was made: what it is called and who holds it."""

    name: Annotated[str, Meta(min_length=2, max_length=80, description="来源数据名称 · name of the source data")]
    holder: Annotated[str, Meta(min_length=2, max_length=80, description="来源数据持有方 · who holds it")]


OutsideSources = Annotated[
    list[OutsideSource],
    Meta(max_length=50, description="未在本中心登记的来源数据 · source data that is not registered here"),
]


Restrictions = Annotated[str, Meta(max_length=400, description="权利限制 · limits of the rights")]


Rights = Annotated[list[Right], Meta(min_length=1, max_length=3)]


Id = Annotated[str, Meta(max_length=40)]


ScopeCodes = Annotated[list[Annotated[str, Meta(min_length=1, max_length=60)]], Meta(max_length=64)]


class RestrictionScope(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How the rights are limited, item by item (使用限制, annex 1): who, with what qualification, where, how far.

    Every item is stated, also where there is no limit; what is missing is told all at once. Region, environment, resale
    and export bound every grant and listing: they are read by the published words, or given in the codes of grants.
    """

    recipients: Annotated[str, Meta(max_length=200, description="使用主体 · who may use it")] = ""
    qualification: Annotated[str, Meta(max_length=200, description="资质要求 · what they must be qualified for")] = ""
    environment: Annotated[str, Meta(max_length=200, description="使用环境 · in which environment")] = ""
    region: Annotated[str, Meta(max_length=200, description="使用地域 · in which region")] = ""
    resale: Annotated[
        Literal["allowed", "with-consent", "forbidden"] | None, Meta(description="转售、转授权 · passing it on")
    ] = None
    export: Annotated[
        Literal["allowed", "after-assessment", "forbidden"] | None, Meta(description="出境 · taking it abroad")
    ] = None
    territory: Annotated[ScopeCodes, Meta(description="使用地域的代码 · the region in codes of grants")] | None = None
    environments: Annotated[ScopeCodes, Meta(description="使用环境的代码 · the environments in codes")] | None = None
    purposes: Annotated[ScopeCodes, Meta(description="用途代码，缺省为不限 · purposes; any unless given")] | None = None


class ApplicantStatement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the form asks of the applicant beyond its admission (annex 1)."""

    address: Annotated[str, Meta(max_length=200, description="住所 · registered address")] = ""
    business_state: Annotated[
        Literal["operating", "suspended", "restructuring", "liquidating"] | None,
        Meta(description="经营状态：存续、停业、重整、清算 · state of the business"),
    ] = None


class ApplyForRegistration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Apply for the registration of rights in one revision of an asset (数据产权登记工作指引 annex 1)."""

    revision_id: Id
    title_basis: Annotated[
        str,
        Meta(max_length=40, description="权利配置表的情形 · case of the rights matrix", examples=["own-operations"]),
    ]
    rights: Rights
    evidence: Pieces
    scope: RestrictionScope | None = None
    applicant: ApplicantStatement | None = None
    restrictions: Restrictions = ""
    public_sources: Sources = []
    outside_sources: OutsideSources = []
    notice_waiver: Waiver | None = None


class RegisterPublicResource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Apply for the first registration of a public data resource, or of a product under an authorised operation.

    `provided_on` is the day on which the data was provided or the product delivered, and `agreement_until` the last
    day of the agreement on authorised operation, which the registration does not outlive (PUBREG art. 15).
    """

    revision_id: Id
    evidence: Pieces
    restrictions: Restrictions = ""
    public_sources: Sources = []
    provided_on: date | None = None
    agreement_until: date | None = None
    notice_waiver: Waiver | None = None


class ProposedDescription(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the asset's description is to say; what is left out stays. The source kind is not among it (art. 35)."""

    name: Annotated[str, Meta(max_length=2000)] | None = None
    overview: Annotated[str, Meta(max_length=8000)] | None = None
    industry: Annotated[str, Meta(pattern=r"^[A-T]([0-9]{2})?$(?!\n)")] | None = None
    region: Annotated[str, Meta(min_length=1, max_length=60)] | None = None
    region_level: RegionLevel | None = None
    structure: Structure | None = None
    records: Records | None = None
    covers_from: date | None = None
    covers_until: date | None = None


class AboutCertificate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="type"):
    """What every application about a certificate holds."""

    evidence: Pieces
    reason: Reason
    notice_waiver: Waiver | None = None


class ApplyForTransfer(AboutCertificate, frozen=True, tag="transfer", kw_only=True):
    """Transfer everything the certificate gives; the transferee joins with its own key (art. 34).

    `consents` are the co-holders who agreed in writing; `rights` may repeat those of the certificate, and no fewer.
    """

    transferee_id: Id
    rights: Rights | None = None
    consents: Annotated[list[Id], Meta(max_length=100)] = []


class ApplyForChange(AboutCertificate, frozen=True, tag="change", kw_only=True):
    """Change the content, the rights, their limits or the description; never the holder or the source (art. 35)."""

    revision_id: Id | None = None
    rights: Rights | None = None
    restrictions: Restrictions | None = None
    scope: RestrictionScope | None = None
    description: ProposedDescription | None = None


class ApplyForRenewal(AboutCertificate, frozen=True, tag="renewal", kw_only=True):
    """Renew a certificate inside its window (art. 36)."""


class ApplyForCorrection(AboutCertificate, frozen=True, tag="correction", kw_only=True):
    """Correct what the register says wrongly; anybody interested may apply, with the holder's consent or proof."""

    description: ProposedDescription


class ApplyForCancellation(AboutCertificate, frozen=True, tag="cancellation", kw_only=True):
    """Give a registration up on a published ground."""

    ground: Annotated[str, Meta(max_length=40, examples=["right-given-up"])]


class RecordLicence(AboutCertificate, frozen=True, tag="licence", kw_only=True):
    """Have a licence entered beside the certificate; `reason` says what is licensed and on what terms."""

    licensee_id: Id


SubsequentApplication = (
    ApplyForTransfer | ApplyForChange | ApplyForRenewal | ApplyForCorrection | ApplyForCancellation | RecordLicence
)


class AnswerTransfer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The transferee joins the application, or declines."""

    decision: Literal["consent", "decline"]
    reason: Reason


class WithdrawRegistration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The applicant takes the application back."""

    reason: Reason
