"""Pure rules of certificates: their number and their validity."""

import re
from datetime import date
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from kernel.rules import policy
from rights.terms import Regime

SERIAL_MAX: Final = 9999
YEARS_MAX: Final = 5
_NUMBER: Final = re.compile(r"^(SJ|GG)[0-9]{3}[0-9]{4}(0[1-9]|1[0-2])(?!0000)[0-9]{4}$")

EndedBy = Literal["holder", "office", "revocation"]
"""Who ends a certificate early: its holder by application, the registrar, or the registrar because it was wrong."""


class Ground(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a certificate may end early, and by whom."""

    code: str
    zh: str
    en: str
    by: list[EndedBy]
    basis: str
    destroys: bool = False


class RegimeTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What certificates of one regime are called and how long they are valid."""

    prefix: Annotated[str, Meta(pattern="^[A-Z]{2}$")]
    validity_years: Annotated[int, Meta(ge=1, le=5)]
    basis: str
    confidence: policy.Confidence


class CertificatePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Numbering, validity and grounds of an early end."""

    region: Annotated[str, Meta(pattern="^[0-9]{2}$")]
    registrar: Annotated[str, Meta(pattern="^[0-9]$")]
    property: RegimeTerms
    public: RegimeTerms
    ground: list[Ground]

    def of(self, regime: str) -> RegimeTerms:
        """The terms of a regime."""
        return self.public if regime == Regime.PUBLIC else self.property

    def destroys(self, code: str | None) -> bool:
        """Whether a ground says that the data is no longer there."""
        return code in frozenset(ground.code for ground in self.ground if ground.destroys)

    def grounds(self, by: EndedBy) -> list[str]:
        """The codes of the grounds that somebody may name."""
        return [ground.code for ground in self.ground if by in ground.by]


POLICY: Final = policy.load("certificate", CertificatePolicy, "rights.certificates")


def month_of(on: date) -> str:
    """The month that a serial counts in, `YYYYMM`."""
    return f"{on.year:04d}{on.month:02d}"


def number(serial: int, month: str, terms: CertificatePolicy, regime: str) -> str:
    """Write a certificate number (GUIDE annex 6); raises ValueError for a serial outside 1 to 9999."""
    if not 1 <= serial <= SERIAL_MAX:
        raise ValueError(f"a serial is 1 to {SERIAL_MAX}, not {serial}")
    return f"{terms.of(regime).prefix}{terms.region}{terms.registrar}{month}{serial:04d}"


def is_number(text: str) -> bool:
    """Say whether a text has the shape of a certificate number."""
    return _NUMBER.fullmatch(text) is not None


def place_in_list(number: str) -> tuple[int, int]:
    """The year whose status list holds a certificate, and its place there; raises ValueError for no number."""
    if not is_number(number):
        raise ValueError(f"not a certificate number: {number[:40]!r}")
    return int(number[5:9]), (int(number[9:11]) - 1) * (SERIAL_MAX + 1) + int(number[11:])


def is_term(start: object, stop: object) -> bool:
    """Whether two ISO dates are a term of validity: in order, and not above five years (GUIDE art. 26)."""
    try:
        first, last = date.fromisoformat(str(start)), date.fromisoformat(str(stop))
    except ValueError:
        return False
    return first <= last <= valid_until(first, YEARS_MAX)


def valid_until(valid_from: date, years: int) -> date:
    """The last day of validity (LT-RGT-15): the same day years later, else the month's last (民法典 art. 202)."""
    is_leap_day = (valid_from.month, valid_from.day) == (2, 29)
    year = valid_from.year + years
    if is_leap_day and not (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)):
        return date(year, 2, 28)
    return valid_from.replace(year=year)


def new_until(valid_from: date, terms: RegimeTerms, cap: date | None) -> date:
    """The last day of a new certificate: the full period, or an earlier day that the title cannot outlive."""
    full = valid_until(valid_from, terms.validity_years)
    return full if cap is None else min(full, cap)
