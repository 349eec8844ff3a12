"""Days and moments as people write them: the forms a contract may declare as `format`, in JDK letters as ODCS has it.

A form is read alike by whoever reads text. Beside the declared form ISO 8601 is always read; a text that is neither
is no such value. Full-width signs are read as their plain ones.
"""

import re
from typing import Final

import polars as pl

from valuation.quality.spelling.width import plain_width

_DAYS: Final = {
    "yyyy/M/d": "%Y/%m/%d",
    "yyyy.M.d": "%Y.%m.%d",
    "yyyy年M月d日": "%Y年%m月%d日",
    "yyyyMMdd": "%Y%m%d",
    "d-MMM-yyyy": "%d-%b-%Y",
    "d MMM yyyy": "%d %b %Y",
    "MMM d yyyy": "%b %d %Y",
    "MMM d, yyyy": "%b %d, %Y",
    "d MMMM yyyy": "%d %B %Y",
    "MMMM d, yyyy": "%B %d, %Y",
    "d/M/yyyy": "%d/%m/%Y",
    "M/d/yyyy": "%m/%d/%Y",
    "d.M.yyyy": "%d.%m.%Y",
}
_CLOCKS: Final = {
    " H:mm:ss": " %H:%M:%S%.f",
    " H:mm": " %H:%M",
    " H时m分s秒": " %H时%M分%S秒",
    " H时m分": " %H时%M分",
    " h:mm:ss a": " %I:%M:%S %p",
    " h:mm a": " %I:%M %p",
}
DATE_FORMS: Final = _DAYS
"""Days: what the contract says, and how the readers spell it."""
STAMP_FORMS: Final = {
    day + clock: spelling + ticks
    for day, spelling in _DAYS.items()
    if day != "yyyyMMdd"
    for clock, ticks in _CLOCKS.items()
} | {"yyyyMMddHHmmss": "%Y%m%d%H%M%S"}
"""Moments, all of them UTC as moments without a zone are."""
AMBIGUOUS: Final = {"d/M/yyyy": "M/d/yyyy", "M/d/yyyy": "d/M/yyyy"}
"""Forms that read one text as two days: neither is taken from data that both can read."""
_BARE: Final = ("yyyyMMdd", "yyyyMMddHHmmss")
_TELLING: Final = re.compile(r"date|day|(^|_)(dt|ymd|time|at)($|_)|日|时间", re.I)


def days(text: pl.Series, form: str) -> pl.Series:
    """Read texts of a form as days; what is no day of this form becomes NULL."""
    if form == "yyyyMMdd":  # The reader takes shorter texts for early years.
        text = pl.select(pl.when(text.str.len_bytes() == 8).then(text)).to_series().alias(text.name)
    return plain_width(text).str.to_date(DATE_FORMS[form], strict=False)


def stamps(text: pl.Series, form: str) -> pl.Series:
    """Read texts of a form as moments; what is no moment of this form becomes NULL."""
    if form == "yyyyMMddHHmmss":
        text = pl.select(pl.when(text.str.len_bytes() == 14).then(text)).to_series().alias(text.name)
    return plain_width(text).str.to_datetime(STAMP_FORMS[form], time_unit="us", time_zone="UTC", strict=False)


def form_of(text: pl.Series, *, stamp: bool, bare: bool) -> tuple[str, str] | None:
    """The form in which all of these texts are written, with the one that would read them as other days, if any.

    `bare` forms are of digits alone, which are days only where the name of the column says so.
    """
    there = text.drop_nulls()
    head = there.head(1000)
    for form in STAMP_FORMS if stamp else DATE_FORMS:
        if bare is not (form in _BARE) or (bare and _TELLING.search(text.name) is None):
            continue
        if _all(head, form, stamp) and _all(there, form, stamp):
            day, _, clock = form.partition(" ")
            other = AMBIGUOUS.get(day, "") + (f" {clock}" if clock else "")
            return form, other if day in AMBIGUOUS and _all(there, other, stamp) else ""
    return None


def _all(text: pl.Series, form: str, stamp: bool) -> bool:
    found = stamps(text, form) if stamp else days(text, form)
    years = found.dt.year()
    return not found.null_count() and bool(((years >= 1000) & (years <= 9999)).all())
