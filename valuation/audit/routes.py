"""The auditor's desk over HTTP."""

from datetime import date, timedelta
from typing import Annotated, Any, Literal

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.errors import InvalidInput
from kernel.http.description.media import gives
from kernel.http.guards import allow
from kernel.http.problems import problems
from kernel.time.clock import Clock
from kernel.views.paging import Cursor, Limit, Page
from valuation.audit import cases, exports, queries
from valuation.audit.errors import ExportTooLarge
from valuation.audit.queries import AuditFilter
from valuation.audit.schemas import (
    AuditedAppraisal,
    BackTest,
    Format,
    Outlier,
    Outliers,
    Unsupported,
    UnsupportedInputs,
)

Session = NamedDependency[AsyncSession]
Now = NamedDependency[Clock]
Valuer = Annotated[str | None, QueryParameter(max_length=40, description="评估机构 · the valuing firm")]
Approach = Annotated[
    Literal["cost", "income", "market", "reconciled"] | None,
    QueryParameter(name="method", description="评估方法 · the approach"),
]
Standing = Annotated[
    Literal["study", "issued", "automatic"] | None, QueryParameter(description="性质 · what the appraisal is")
]
Currency = Annotated[str | None, QueryParameter(max_length=3, description="币种 · currency")]
Since = Annotated[date | None, QueryParameter(description="基准日不早于 · base date from")]
Until = Annotated[date | None, QueryParameter(description="基准日不晚于 · base date until")]
Days = Annotated[
    int | None, QueryParameter(ge=0, le=365, description="在若干天内到期 · use ends within so many days from today")
]
Peer = Annotated[
    str | None,
    QueryParameter(max_length=100, description="参数，如 income/discount/r · one parameter, such as income/discount/r"),
]
Threshold = Annotated[float, QueryParameter(ge=1, le=100, description="稳健 z 阈值 · least robust z")]
_READ = allow("valuation:audit:read")


def _asked(act: Act, days: int | None, **given: Any) -> AuditFilter:
    if days is None:
        return AuditFilter(**given)
    return AuditFilter(**given, expiring_from=act.today, expiring_until=act.today + timedelta(days=days))


@get("/v1/audit/appraisals", opt=_READ, responses=problems(InvalidInput))
async def audit_appraisals(
    act: NamedDependency[Act],
    valuer: Valuer = None,
    approach: Approach = None,
    standing: Standing = None,
    currency: Currency = None,
    based_from: Since = None,
    based_until: Until = None,
    expiring_within_days: Days = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[AuditedAppraisal]:
    """估值查询 · Appraisals by valuer, method, standing, base date, or soon to expire; newest first."""
    asked = _asked(
        act, expiring_within_days, valuer=valuer, approach=approach, standing=standing, currency=currency,
        based_from=based_from, based_until=based_until,
    )  # fmt: skip
    return await queries.appraisals(act.session, asked, limit, cursor)


@get("/v1/audit/outliers", opt=_READ, responses=problems(InvalidInput))
async def audit_outliers(
    session: Session,
    valuer: Valuer = None,
    approach: Approach = None,
    standing: Standing = None,
    peer: Peer = None,
    threshold: Threshold = queries.OUTLIER_Z,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Outliers:
    """异常参数 · Parameters far from those of other appraisals, by the robust z that the answer names."""
    asked = AuditFilter(valuer=valuer, approach=approach, standing=standing, peer=peer)
    return await queries.outliers(session, asked, threshold, limit, cursor)


@get("/v1/audit/unsupported-inputs", opt=_READ, responses=problems(InvalidInput))
async def audit_unsupported_inputs(
    session: Session,
    valuer: Valuer = None,
    approach: Approach = None,
    standing: Standing = None,
    peer: Peer = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> UnsupportedInputs:
    """依据不足的参数 · Parameters of low confidence, without evidence, or whose evidence is not there."""
    asked = AuditFilter(valuer=valuer, approach=approach, standing=standing, peer=peer)
    return await queries.unsupported(session, asked, limit, cursor)


@get("/v1/audit/back-test", opt=_READ, responses=problems(ExportTooLarge))
async def audit_back_test(act: NamedDependency[Act], standing: Standing = None, based_from: Since = None) -> BackTest:
    """回溯检验 · Each realised deal beside the newest value before it, by the share that was sold, with its n."""
    return await cases.back_test(act.session, standing, based_from, act.today)


@get(
    "/v1/audit/exports/{report:str}",
    opt=_READ | gives(*exports.MEDIA.values()),
    responses=problems(InvalidInput, ExportTooLarge),
)
async def export_audit(
    report: FromPath[Literal["appraisals", "outliers", "unsupported-inputs"]],
    file_format: Annotated[Format, QueryParameter(name="format", description="文件格式 · csv, parquet, xlsx")],
    act: NamedDependency[Act],
    valuer: Valuer = None,
    approach: Approach = None,
    standing: Standing = None,
    peer: Peer = None,
    expiring_within_days: Days = None,
    threshold: Threshold = queries.OUTLIER_Z,
) -> Stream:
    """审计导出 · The whole answer to a question as CSV, Parquet or XLSX; too many rows are refused, never cut."""
    asked = _asked(act, expiring_within_days, valuer=valuer, approach=approach, standing=standing, peer=peer)
    query, line, kind = {
        "appraisals": (queries.appraisals_of(asked), queries.appraisal_of, AuditedAppraisal),
        "outliers": (queries.outliers_of(asked, threshold), queries.outlier_of, Outlier),
        "unsupported-inputs": (queries.unsupported_of(asked), queries.one_unsupported, Unsupported),
    }[report]
    await queries.counted(act.session, query)
    columns = kind.__struct_fields__
    path = await exports.written(file_format, columns, ("peers",), queries.batches(act.session, query, line))
    headers = {"Content-Disposition": f'attachment; filename="{report}.{file_format}"'}
    return Stream(exports.sent(path), media_type=exports.MEDIA[file_format], headers=headers)


ROUTES = [audit_appraisals, audit_outliers, audit_unsupported_inputs, audit_back_test, export_audit]
