"""Taking numbers, in the transaction that uses all of them."""

from typing import Final

from sqlalchemy import text

from kernel.act import Act
from kernel.time.clock import day_in_china

_TAKE: Final = text(
    "INSERT INTO number_series (series, year, last) VALUES (:series, :year, :wanted)"
    " ON CONFLICT (series, year) DO UPDATE SET last = number_series.last + :wanted RETURNING last"
)


async def take(act: Act, series: str, wanted: int = 1) -> list[str]:
    """The next numbers of a series in the year of the act, as a block: rivals wait until the unit has ended.

    They are taken when a paper is issued and never for a draft; a unit that fails gives its numbers back.
    """
    if not wanted:
        return []
    year = day_in_china(act.at).year
    named = {"series": series, "year": year, "wanted": wanted}
    last = int((await act.session.execute(_TAKE, named)).scalar_one())
    return [number(series, year, ordinal) for ordinal in range(last - wanted + 1, last + 1)]


def number(series: str, year: int, ordinal: int) -> str:
    """A number as a paper bears it: the series, the year, and eight digits or more."""
    return f"{series}{year}-{ordinal:08d}"
