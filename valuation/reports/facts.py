"""What a report is built from beside the appraisal: who commissioned it, what the data is, how it scored, who signed.

Everything here may be missing; the report then says so. Plain values only, so that a report's file carries them and
anybody can build the same report again.
"""

from typing import Final

from msgspec import Struct

from kernel.text import Text


class Signed(Struct, frozen=True):
    """A valuer of the report: name, capacity, practising number, and the signature with its key and time."""

    name: str
    capacity: str
    registration: str | None = None
    signed_at: str | None = None
    key: str | None = None
    signature: str | None = None


class Stage(Struct, frozen=True):
    """One step of the process: when, what, and what was found."""

    at: str
    name: Text
    detail: Text | None = None


class Engagement(Struct, frozen=True):
    """The commission and what its valuers state beside the numbers."""

    id: str | None = None
    number: str | None = None
    client: str | None = None
    firm: str | None = None
    intended_users: tuple[str, ...] = ()
    scope: str | None = None
    statutory: bool | None = None
    accepted_on: str | None = None
    reported_on: str | None = None
    archive_until: str | None = None
    supersedes: str | None = None
    signed: tuple[Signed, ...] = ()
    reviewer: str | None = None
    signed_digest: str | None = None
    independence: tuple[Text, ...] = ()
    stages: tuple[Stage, ...] = ()
    papers: tuple[str, ...] = ()
    scenario: str | None = None
    limits_of_use: tuple[str, ...] = ()
    outlook: str | None = None
    experts: str | None = None
    special: tuple[str, ...] = ()
    later_events: str | None = None


class AssetFacts(Struct, frozen=True):
    """The data as its provider describes it."""

    name: str
    overview: str
    industry: str
    theme: str
    update_cycle: Text
    region: str
    source_kind: Text
    form: Text
    structure: Text | None = None
    records: int | None = None
    covers_from: str | None = None
    covers_until: str | None = None
    public_data: bool = False
    files: int = 0
    size_bytes: int = 0
    revision_number: int | None = None
    industry_name: Text | None = None
    region_name: Text | None = None


class RightsFacts(Struct, frozen=True):
    """The registration certificate in force: what is registered, for whom, until when, with which limits."""

    number: str
    holder: str
    rights: tuple[Text, ...]
    valid_from: str
    valid_until: str
    restrictions: str
    title_basis: Text | None = None


class DimensionFacts(Struct, frozen=True):
    """One of the six dimensions as it was scored."""

    name: Text
    score: str | None
    weight: str
    reason: Text | None = None


class Finding(Struct, frozen=True):
    """A check that found something: how many of how many elements failed."""

    check: str
    indicator: Text
    failed: int
    evaluated: int


class QualityFacts(Struct, frozen=True):
    """The scorecard that the quality coefficient comes from."""

    standard: str
    score: str
    grade: Text
    as_of: str
    rows: int
    contract: str
    policy: str
    dimensions: dict[str, DimensionFacts]
    not_assessed: tuple[Text, ...]
    checks: int
    findings: tuple[Finding, ...]
    findings_total: int

    @property
    def ordered(self) -> list[DimensionFacts]:
        """The dimensions in the order of the standard."""
        return [self.dimensions[code] for code in DIMENSIONS if code in self.dimensions]


DIMENSIONS: Final = ("normativity", "completeness", "accuracy", "consistency", "timeliness", "accessibility")


class Issued(Struct, frozen=True):
    """The signed document that the appraisal was issued as."""

    id: str
    sha256: str
    issuer: str
    issued_at: str
    centre: str | None = None


class ReportFacts(Struct, frozen=True):
    """All of it."""

    asset: str
    asset_name: str
    appraisal_id: str | None = None
    revision: str | None = None
    content_sha256: str | None = None
    provider: str | None = None
    provider_name: str | None = None
    valuer: str | None = None
    valuer_name: str | None = None
    issued: Issued | None = None
    standing: Text | None = None
    revalued: tuple[Text, ...] = ()
    described: AssetFacts | None = None
    rights: RightsFacts | None = None
    quality: QualityFacts | None = None
    engagement: Engagement | None = None
