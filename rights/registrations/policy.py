"""The policies of registration: clocks, types, rights matrix, evidence and grounds, each a dated file."""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from kernel.rules import policy
from kernel.rules.policy import Confidence
from rights.terms import Regime, Right, SourceKind

Grant = Literal["yes", "no", "with-consent", "product-only"]
"""A cell of the matrix; the last two give the right on a condition."""

Stage = Literal["acceptance", "review"]
TypeCode = Literal["initial", "transfer", "change", "renewal", "correction", "cancellation", "licence"]
Outcome = Literal["certificate", "replacement", "end", "entry"]


class Period(Struct, frozen=True, forbid_unknown_fields=True):
    """A period in working days and the rule of the rulebook that sets it."""

    rule: str
    working_days: Annotated[int, Meta(ge=1)]
    basis: str
    confidence: Confidence


class Retention(Struct, frozen=True, forbid_unknown_fields=True):
    """How long files are kept, and the rule that says so."""

    rule: str
    years: Annotated[int, Meta(ge=20)]
    basis: str
    confidence: Confidence


class Window(Struct, frozen=True, forbid_unknown_fields=True):
    """When a renewal may be applied for, counted back from the last day of validity, and the rule that says so."""

    rule: str
    basis: str
    confidence: Confidence
    opens_months: Annotated[int, Meta(ge=0)] = 0
    opens_days: Annotated[int, Meta(ge=0)] = 0
    closes_days: Annotated[int, Meta(ge=0)] = 0


class RegimeClocks(Struct, frozen=True, forbid_unknown_fields=True):
    """All periods of one regime; what it does not know is absent."""

    acceptance: Period
    case: Period
    notice: Period
    investigation: Period
    telling: Period
    renewal: Window
    retention: Retention
    extension: Period | None = None
    cancellation: Period | None = None
    filing: Period | None = None


class Clocks(Struct, frozen=True, forbid_unknown_fields=True):
    """The periods of both regimes."""

    property: RegimeClocks
    public: RegimeClocks

    def of(self, regime: str) -> RegimeClocks:
        """The periods of a regime."""
        return self.public if regime == Regime.PUBLIC else self.property


class RegistrationType(Struct, frozen=True, forbid_unknown_fields=True):
    """What one type of registration asks for and what the register does at its end."""

    regime: Regime
    code: TypeCode
    zh: str
    en: str
    notice: bool
    outcome: Outcome
    basis: str
    confidence: Confidence
    clock: Literal["case", "cancellation"] = "case"
    evidence: list[str] = []
    evidence_any: list[str] = []

    def period(self, clocks: RegimeClocks) -> Period:
        """The period of the whole case."""
        if self.clock == "case":
            return clocks.case
        assert clocks.cancellation is not None
        return clocks.cancellation


class PublicResource(Struct, frozen=True, forbid_unknown_fields=True):
    """Who registers a public data resource."""

    party_kinds: list[str]
    basis: str


class Procedure(Struct, frozen=True, forbid_unknown_fields=True):
    """Every type of registration of both regimes."""

    public_resource: PublicResource
    type: list[RegistrationType]

    def find(self, regime: str, code: str) -> RegistrationType | None:
        """A type, or None where the regime does not know it."""
        return next((offered for offered in self.type if (offered.regime, offered.code) == (regime, code)), None)


class Case(Struct, frozen=True, forbid_unknown_fields=True):
    """One row of the matrix: a case on which a title may rest, and what it gives."""

    code: str
    zh: str
    en: str
    source_kind: SourceKind
    grants: dict[Right, Grant]

    def __post_init__(self) -> None:
        if set(self.grants) != set(Right):
            raise ValueError(f"{self.code} must say something of every right")


class Matrix(Struct, frozen=True, forbid_unknown_fields=True):
    """The rights matrix (权利配置表)."""

    case: list[Case]

    def find(self, code: str) -> Case | None:
        """A case by its code."""
        return next((case for case in self.case if case.code == code), None)


class EvidenceKind(Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of evidence and when it is required."""

    code: str
    zh: str
    en: str
    basis: str
    always: bool = False
    source_kinds: list[SourceKind] = []
    conditions: list[Grant] = []


class Evidence(Struct, frozen=True, forbid_unknown_fields=True):
    """All kinds of evidence."""

    evidence: list[EvidenceKind]


class Ground(Struct, frozen=True, forbid_unknown_fields=True):
    """One ground of refusal and the stages at which it may be cited."""

    code: str
    zh: str
    en: str
    basis: str
    stages: list[Stage]


class Grounds(Struct, frozen=True, forbid_unknown_fields=True):
    """All grounds of refusal."""

    ground: list[Ground]


_PACKAGE: Final = "rights.registrations"

CLOCKS: Final = policy.load("clocks", Clocks, _PACKAGE)
MATRIX: Final = policy.load("matrix", Matrix, _PACKAGE)
EVIDENCE: Final = policy.load("evidence", Evidence, _PACKAGE)
PROCEDURE: Final = policy.load("procedure", Procedure, _PACKAGE)
GROUNDS: Final = policy.load("grounds", Grounds, _PACKAGE)
