"""Counting from the registers themselves, by the calendar months of China.

Anybody may ask, and each count reads whole registers: so a process counts once a minute at the most, for all who ask
meanwhile, and who waits for a count holds no connection.
"""

import asyncio
import time as clocks
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from centre.publications.statistics.schemas import Counts, IndicatorView, MonthlyCounts, StatisticsView
from kernel.act import Act
from kernel.identity.models import Party
from kernel.identity.states import PARTY, PartyState
from kernel.log.models import LogEntry
from kernel.runtime import Runtime
from kernel.text import Text
from kernel.time.clock import SHANGHAI
from market.listings.models import Listing
from market.orders.models import Order
from rights.certificates.models import Certificate

MONTHS_MAX: Final = 60
MONTHS: Final = 12
KEPT_SECONDS: Final = 60
_COUNTED: Final = "centre.publications.statistics.counted"
_COUNTING: Final = "centre.publications.statistics.counting"

INDICATORS: Final = (
    IndicatorView(
        "providers",
        Text("新准入提供方", "Providers admitted"),
        Text(
            "首次获准入、角色含数据提供方的主体，按首次准入之时",
            "Parties with the role of provider, by the moment of their first admission",
        ),
    ),
    IndicatorView(
        "certificates",
        Text("颁发登记证书", "Certificates issued"),
        Text(
            "颁发的登记证书，含换发的，无论此后状态，按颁发之时",
            "Certificates of registration, replacements too, whatever became of them, by the moment of issue",
        ),
    ),
    IndicatorView(
        "listings",
        Text("上架商品", "Products listed"),
        Text(
            "上过架的商品，无论现在是否在架，按上架之时",
            "Products that came to the shelf, on it now or not, by the moment at which they came there",
        ),
    ),
    IndicatorView(
        "orders_settled",
        Text("结算订单", "Orders settled"),
        Text("已结算的订单，按结算之时", "Orders that were settled, by the moment of settlement"),
    ),
)
"""What is counted: only what the registers hold."""


@dataclass(frozen=True, slots=True)
class _Counted:
    """What was counted: when by the centre's clock and by this process's, up to which month, and by which indicator."""

    at: datetime
    done_at: float
    month: date
    by_code: Mapping[str, tuple[dict[str, int], int]]

    def holds(self, act: Act) -> bool:
        """Whether it may be told to somebody who asks now; the sandbox's clock can have been moved since."""
        is_new = clocks.monotonic() - self.done_at < KEPT_SECONDS
        apart_seconds = abs((act.at - self.at).total_seconds())  # Who waited for the count may have asked before it.
        return is_new and apart_seconds < KEPT_SECONDS and self.month == months_back(act.today, 0)


async def statistics(runtime: Runtime, act: Act, months: int) -> StatisticsView:
    """The counts of so many months up to this one, and those of all time, as they were a minute ago at the most."""
    counted = await _counted(runtime, act)
    names = [f"{at:%Y-%m}" for at in (months_back(act.today, n) for n in range(months - 1, -1, -1))]
    return StatisticsView(
        counted_at=counted.at,
        indicators=list(INDICATORS),
        months=[
            MonthlyCounts(
                month=name, **{code: by_month.get(name, 0) for code, (by_month, _) in counted.by_code.items()}
            )
            for name in names
        ],
        total=Counts(**{code: whole for code, (_, whole) in counted.by_code.items()}),
    )


async def _counted(runtime: Runtime, act: Act) -> _Counted:
    """The count that stands, or a new one of as many months as anybody may ask for; one at a time.

    Nothing is said to the database before the count is one's own to make: a unit takes its connection with that.
    """
    counting: asyncio.Lock = runtime.extras.setdefault(_COUNTING, asyncio.Lock())
    async with counting:
        kept: _Counted | None = runtime.extras.get(_COUNTED)
        if kept is None or not kept.holds(act):
            first = months_back(act.today, MONTHS_MAX - 1)
            by_code = {code: await _by_month(act.session, query, first) for code, query in _registers().items()}
            kept = _Counted(act.at, clocks.monotonic(), months_back(act.today, 0), by_code)
            runtime.extras[_COUNTED] = kept
        return kept


def months_back(day: date, months: int) -> date:
    """The first day of the month so many months before a day's."""
    at = day.year * 12 + day.month - 1 - months
    return date(at // 12, at % 12 + 1, 1)


def _registers() -> dict[str, Select[Any]]:
    """The moments that are counted, by indicator."""
    admitted = select(func.min(LogEntry.at)).where(
        LogEntry.subject == Party.id, LogEntry.kind == f"{PARTY.name}.{PartyState.ADMITTED}"
    )
    provider: ColumnElement[bool] = Party.roles.contains(["provider"])
    return {
        "providers": select(admitted.scalar_subquery().label("at")).where(provider, ~Party.centre),
        "certificates": select(Certificate.created_at.label("at")),
        "listings": select(Listing.listed_at.label("at")).where(Listing.listed_at.is_not(None)),
        "orders_settled": select(Order.settled_at.label("at")).where(Order.settled_at.is_not(None)),
    }


async def _by_month(session: AsyncSession, moments: Select[Any], first: date) -> tuple[dict[str, int], int]:
    """How many of the moments lie in each month from a first one on, and in all; no moment is none."""
    each = moments.subquery()
    since = datetime.combine(first, time(), SHANGHAI)
    month = func.to_char(func.timezone(str(SHANGHAI), each.c.at), "YYYY-MM")
    named = case((each.c.at >= since, month), else_="").label("month")
    query = select(named, func.count()).where(each.c.at.is_not(None)).group_by("month")
    counted = {str(name): int(number) for name, number in await session.execute(query)}
    return counted, sum(counted.values())
