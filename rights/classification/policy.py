"""The policy of classification: impact table, evidence, export, and what may circulate; a dated file."""

from enum import StrEnum
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from kernel.rules import policy
from kernel.rules.policy import Confidence

Harmed = Literal["national-security", "economy", "social-order", "public-interest", "organisation-or-individual"]
Degree = Literal["especially-serious", "serious", "ordinary"]
Treatment = Literal["prohibited", "restricted"]


class Level(StrEnum):
    """How grave data is (数据分级, GB/T 43697-2024)."""

    GENERAL = "general"
    IMPORTANT = "important"
    CORE = "core"


class Personal(StrEnum):
    """What the data says of people; data that is only de-identified still identifies them (PIPL art. 73(3))."""

    NONE = "none"
    ANONYMISED = "anonymised"
    IDENTIFIED = "identified"


class ExportPath(StrEnum):
    """How data may leave the country (促进和规范数据跨境流动规定)."""

    FREE = "free"
    EXEMPT = "exempt"
    STANDARD_CONTRACT = "standard-contract"
    SECURITY_ASSESSMENT = "security-assessment"


class Impact(Struct, frozen=True, forbid_unknown_fields=True):
    """The impact table."""

    rule: str
    table: dict[Harmed, dict[Degree, Level]]
    basis: str
    confidence: Confidence


class PersonalTerms(Struct, frozen=True, forbid_unknown_fields=True):
    """The evidence that personal data needs."""

    anonymised: list[str]
    identified: list[str]
    sensitive: list[str]
    minors: list[str]
    basis: str
    confidence: Confidence


class ImportantTerms(Struct, frozen=True, forbid_unknown_fields=True):
    """The evidence that important data needs, and from how many people on personal data has its duties."""

    evidence: list[str]
    people: Annotated[int, Meta(ge=1)]
    basis: str
    confidence: Confidence


class ExportTerms(Struct, frozen=True, forbid_unknown_fields=True):
    """The thresholds of export and the evidence of each path that needs any."""

    standard_people: int
    assessment_people: int
    assessment_sensitive_people: int
    valid_years: int
    evidence: dict[ExportPath, list[str]]
    basis: str
    confidence: Confidence


class Regrading(Struct, frozen=True, forbid_unknown_fields=True):
    """What a lower level than before must bring."""

    evidence: list[str]
    basis: str
    confidence: Confidence


class Listed(Struct, frozen=True, forbid_unknown_fields=True):
    """A category on the list."""

    code: str
    zh: str
    en: str
    treatment: Treatment
    basis: str


class Circulation(Struct, frozen=True, forbid_unknown_fields=True):
    """What may circulate: everything but what is listed, or nothing but what is named."""

    mode: Literal["negative-list", "whitelist"]
    whitelist: list[str]
    listed: list[Listed]
    basis: str
    confidence: Confidence


class EvidenceKind(Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of evidence."""

    code: str
    zh: str
    en: str
    basis: str


class Terms(Struct, frozen=True, forbid_unknown_fields=True):
    """All of it."""

    impact: Impact
    personal: PersonalTerms
    important: ImportantTerms
    export: ExportTerms
    regrading: Regrading
    circulation: Circulation
    evidence: list[EvidenceKind]


class PriceCapTerms(Struct, frozen=True, forbid_unknown_fields=True):
    """How long a cap is good for."""

    years: Annotated[int, Meta(ge=1)]


PRICE_CAP: Final = policy.load("price-cap", PriceCapTerms, "rights.classification")
POLICY: Final = policy.load("classification", Terms, "rights.classification")
