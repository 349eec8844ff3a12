"""The policies of registration: clocks, rights matrix, evidence and grounds, each a dated file."""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from kernel import policy
from kernel.policy import Confidence
from rights.terms import Right, SourceKind

Grant = Literal["yes", "no", "with-consent", "product-only"]
"""A cell of the matrix; the last two give the right on a condition."""

Stage = Literal["acceptance", "review"]


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


class Clocks(Struct, frozen=True, forbid_unknown_fields=True):
    """All periods of a registration."""

    acceptance: Period
    case: Period
    notice: Period
    retention: Retention


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
GROUNDS: Final = policy.load("grounds", Grounds, _PACKAGE)
