"""Dates and times written as text, read as seconds since 1970 in UTC."""

from typing import Final

import numpy as np
import polars as pl

from rights.duplicates.sketching.hashing import Floats

_TRIED: Final = 400
_LONGEST: Final = 40
_SHARE: Final = 0.95
"""A format is a column's when it reads almost all of the texts it is tried on."""

_FORMATS: Final = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y年%m月%d日",
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%m-%d-%Y",
    "%d-%m-%Y",
    "%d.%m.%Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%b %d %Y",
    "%B %d %Y",
    "%d %b %Y",
    "%d %B %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%m/%d/%y",
    "%a, %d %b %Y",
    "%Y-%m",
    "%Y/%m",
)
"""Month first is tried before day first; a column with a 13th day settles it."""

_SPLIT: Final = (
    r"^(?<day>.+?)(?:[t ]\s*(?<hour>\d{1,2})[:时](?<minute>\d{2})[:分]?(?<second>\d{2}(?:[.,]\d+)?)?秒?"
    r"\s*(?<half>am|pm)?\s*(?<zone>z|utc|gmt|[+-]\d{2}:?\d{2})?)?$"
)


def seconds_of(words: pl.Series) -> Floats | None:
    """Read folded texts as moments; None when they are not dates, NaN for the few among dates that are none."""
    tried = words.gather_every(max(1, len(words) // _TRIED))
    if not tried.str.contains(r"\d").all() or (tried.str.len_chars() > _LONGEST).any():
        return None
    form = next((form for form in _FORMATS if _reads(form, tried)), None)
    if form is None:
        return None
    parts = _parts(words)
    # A format chosen on a part of the texts need not hold for all; then they stay texts.
    days = _days(parts["day"], form)
    if days.null_count() > (1 - _SHARE) * len(words):
        return None
    clock = parts.select(
        pl.col("hour", "minute").cast(pl.Float64), pl.col("second").str.replace(",", ".").cast(pl.Float64)
    )
    hour = clock["hour"].fill_null(0.0).to_numpy()
    late, early = (
        (parts["half"] == "pm").fill_null(False).to_numpy(),
        (parts["half"] == "am").fill_null(False).to_numpy(),
    )
    hour = np.where(late & (hour < 12), hour + 12, np.where(early & (hour == 12), 0, hour))
    of_day = hour * 3600 + clock["minute"].fill_null(0.0).to_numpy() * 60 + clock["second"].fill_null(0.0).to_numpy()
    since: Floats = days.cast(pl.Int32).cast(pl.Float64).fill_null(float("nan")).to_numpy()
    moments: Floats = since * 86400.0 + of_day - _zone_seconds(parts["zone"])
    return moments


def _reads(form: str, tried: pl.Series) -> bool:
    return _days(_parts(tried)["day"], form).null_count() <= (1 - _SHARE) * len(tried)


def _parts(words: pl.Series) -> pl.DataFrame:
    return words.str.extract_groups(_SPLIT).struct.unnest()


def _days(texts: pl.Series, form: str) -> pl.Series:
    if "%d" not in form:
        return (texts + form[2] + "01").str.to_date(form + form[2] + "%d", strict=False)
    return texts.str.to_date(form, strict=False)


def _zone_seconds(zones: pl.Series) -> Floats:
    """How far each text's zone is ahead of UTC; none is taken as UTC."""
    digits = zones.str.extract_groups(r"^(?<sign>[+-])(?<hours>\d{2}):?(?<minutes>\d{2})$").struct.unnest()
    ahead = digits["hours"].cast(pl.Float64) * 3600 + digits["minutes"].cast(pl.Float64) * 60
    sign = (digits["sign"] == "-").fill_null(False).to_numpy()
    seconds: Floats = ahead.fill_null(0.0).to_numpy()
    return np.where(sign, -seconds, seconds)
