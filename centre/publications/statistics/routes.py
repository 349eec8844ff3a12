"""Statistics over HTTP, as JSON and as a table; open to everybody."""

import csv
import io
from typing import Annotated, Final

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from centre.publications.statistics import queries
from centre.publications.statistics.queries import INDICATORS, MONTHS, MONTHS_MAX
from centre.publications.statistics.schemas import StatisticsView
from kernel.act import Act
from kernel.http.description.media import gives
from kernel.http.guards import public
from kernel.runtime import Runtime

CSV: Final = "text/csv"
BOM: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Without it a spreadsheet in China reads UTF-8 as GBK."""
Months = Annotated[
    int, QueryParameter(ge=1, le=MONTHS_MAX, description="月数，含本月 · how many months, this one among them")
]


@get("/v1/statistics", opt=public())
async def get_statistics(
    act: NamedDependency[Act], runtime: NamedDependency[Runtime], months: Months = MONTHS
) -> StatisticsView:
    """统计 · What the registers count month by month: providers, certificates, listings, settled orders."""
    return await queries.statistics(runtime, act, months)


@get("/v1/statistics/table", opt=public() | gives(CSV))
async def get_statistics_table(
    act: NamedDependency[Act], runtime: NamedDependency[Runtime], months: Months = MONTHS
) -> Response[bytes]:
    """统计表 · The same as CSV (RFC 4180, UTF-8), a row for each month, the earliest first."""
    view = await queries.statistics(runtime, act, months)
    out = io.StringIO()
    out.write(BOM)
    write = csv.writer(out, lineterminator="\r\n").writerow
    write(["月份 · Month", *(f"{each.name.zh} · {each.name.en}" for each in INDICATORS)])
    for row in view.months:
        write([row.month, *(getattr(row, each.code) for each in INDICATORS)])
    name = f'attachment; filename="statistics-{view.months[-1].month}.csv"'
    return Response(out.getvalue().encode(), media_type=CSV, headers={"Content-Disposition": name})


ROUTES = [get_statistics, get_statistics_table]
