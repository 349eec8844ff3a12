"""The auditor's questions as statements; each is paged on the wire and written whole by an export."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeAlias

from msgspec import Struct
from sqlalchemy import Float, Select, case, cast, exists, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.money import Money
from kernel.text import Text
from kernel.uploads.models import StoredFile
from kernel.views import paging
from kernel.views.paging import Page
from kernel.views.projection import shown
from valuation.appraisal.models import AppraisalRow
from valuation.audit import indexing
from valuation.audit.errors import ExportTooLarge
from valuation.audit.exports import BATCH, ROWS_MAX
from valuation.audit.models import AppraisalParameter
from valuation.audit.schemas import AuditedAppraisal, Outlier, Outliers, Unsupported, UnsupportedInputs

PEERS_MIN: Final = 5
OUTLIER_Z: Final = 3.5
OUTLIER_METHOD: Final = Text(
    "稳健 z 值：0.6745·(x − 中位数)/MAD；MAD 为 0 时用 (x − 中位数)/(1.253314·平均绝对偏差)"
    "（Iglewicz 与 Hoaglin，1993），同名参数不少于 5 个；金额与规模类参数不作比较。",
    "Robust z: 0.6745·(x − median)/MAD, or (x − median)/(1.253314·mean absolute deviation) where MAD is 0 (Iglewicz "
    "and Hoaglin, 1993), among at least 5 parameters of one name; amounts and scales are not compared.",
)
_NOTHING: Final = r"^(无|暂无|没有|未提供|n/?a|none|nil|no evidence|unknown|tbd|-+|\?+|\.+)$"
_P, _A = AppraisalParameter, AppraisalRow
Query: TypeAlias = Select[*tuple[Any, ...]]


class AuditFilter(Struct, frozen=True, kw_only=True):
    """What narrows a question; nothing stated asks of all."""

    valuer: str | None = None
    approach: str | None = None
    standing: str | None = None
    currency: str | None = None
    based_from: date | None = None
    based_until: date | None = None
    expiring_from: date | None = None
    expiring_until: date | None = None
    peer: str | None = None


def _narrowed(query: Query, asked: AuditFilter) -> Query:
    equal: dict[str, Any] = {
        "valuer": _A.valuer,
        "approach": _A.approach,
        "standing": _A.standing,
        "currency": _A.currency,
    }
    for name, column in equal.items():
        if (wanted := getattr(asked, name)) is not None:
            query = query.where(column == wanted)
    for low, high, day in (
        (asked.based_from, asked.based_until, _A.base_date),
        (asked.expiring_from, asked.expiring_until, _A.use_until),
    ):
        query = query if low is None else query.where(day >= low)
        query = query if high is None else query.where(day <= high)
    return query


def appraisals_of(asked: AuditFilter) -> Query:
    """Appraisals, newest first."""
    columns = (
        _A.id, _A.asset_id, _A.valuer, _A.approach, _A.standing, _A.base_date, _A.use_until, _A.currency,
        _A.value_minor, _A.low_minor, _A.high_minor, _A.created_at,
    )  # fmt: skip
    return _narrowed(select(*columns), asked).order_by(_A.id.desc())


def appraisal_of(row: Any) -> AuditedAppraisal:
    """One appraisal in a line."""
    value, low, high = (Money(m, row.currency).view().amount for m in (row.value_minor, row.low_minor, row.high_minor))
    return AuditedAppraisal(
        row.id, row.asset_id, row.valuer, row.approach, row.standing, row.base_date, row.use_until, row.currency,
        value, low, high, row.created_at,
    )  # fmt: skip


async def appraisals(
    session: AsyncSession, asked: AuditFilter, limit: int, cursor: str | None
) -> Page[AuditedAppraisal]:
    """A page of appraisals."""
    query = appraisals_of(asked).order_by(None)
    rows = await paging.fetch(session, query, _A.id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(appraisal_of)


def outliers_of(asked: AuditFilter, threshold: float) -> Query:
    """Parameters far from their peers, the farthest first; peers are all appraisals, whatever narrows the answer."""
    number = cast(_P.value, Float)
    half = literal(0.5)
    base = select(_P.appraisal_id, _P.path, _P.peer, number.label("x")).where(~_P.is_amount)
    if asked.peer is not None:
        base = base.where(_P.peer == asked.peer)
    known = base.subquery()
    middle = (
        select(
            known.c.peer,
            func.percentile_cont(half).within_group(known.c.x).label("median"),
            func.count().label("peers"),
        )
        .group_by(known.c.peer)
        .having(func.count() >= PEERS_MIN)
        .subquery()
    )
    apart = (
        select(known, middle.c.median, middle.c.peers, func.abs(known.c.x - middle.c.median).label("d"))
        .join(middle, middle.c.peer == known.c.peer)
        .subquery()
    )
    spread = (
        select(
            apart.c.peer,
            func.percentile_cont(half).within_group(apart.c.d).label("mad"),
            func.avg(apart.c.d).label("mean"),
        )
        .group_by(apart.c.peer)
        .subquery()
    )
    off = apart.c.x - apart.c.median
    z = case(
        (spread.c.mad > 0, 0.6745 * off / func.nullif(spread.c.mad, 0)),
        else_=off / func.nullif(1.253314 * spread.c.mean, 0),
    )
    scored = (
        select(apart, z.label("z"), func.abs(z).label("far"))
        .join(spread, spread.c.peer == apart.c.peer)
        .where(func.abs(z) >= threshold)
        .subquery()
    )
    query = (
        select(scored, _A.valuer, _P.value, _P.confidence, _P.source)
        .join(_P, (_P.appraisal_id == scored.c.appraisal_id) & (_P.path == scored.c.path))
        .join(_A, _A.id == scored.c.appraisal_id)
        .order_by(scored.c.far.desc(), scored.c.appraisal_id, scored.c.path)
    )
    return _narrowed(query, asked)


def outlier_of(row: Any) -> Outlier:
    """One outlier in a line."""
    return shown(row, Outlier, value=_plain(row.value), median=f"{row.median:.6g}", robust_z=f"{row.z:.2f}")


async def outliers(
    session: AsyncSession, asked: AuditFilter, threshold: float, limit: int, cursor: str | None
) -> Outliers:
    """A page of outliers."""
    query = outliers_of(asked, threshold)
    after = paging.number_of(cursor, 0)
    rows = (await session.execute(query.offset(after).limit(limit + 1))).all()
    more = paging.encode(str(after + limit)) if len(rows) > limit else None
    return Outliers([outlier_of(row) for row in rows[:limit]], more, OUTLIER_METHOD, await indexing.missing(session))


def unsupported_of(asked: AuditFilter) -> Query:
    """Parameters that little stands behind, by appraisal, the newest first."""
    evidence = func.lower(func.btrim(_P.evidence))
    unknown = evidence.op("~")(r"^fil_[0-9a-hjkmnp-tv-z]{26}$") & ~exists().where(StoredFile.id == evidence)
    nothing = evidence.op("~")(_NOTHING)
    why = case((nothing, "no-evidence"), (unknown, "evidence-not-found"), else_="low-confidence")
    query = (
        select(
            _P.appraisal_id, _A.valuer, _A.standing, _P.path, _P.value, why.label("why"), _P.confidence, _P.source,
            _P.evidence,
        )
        .join(_A, _A.id == _P.appraisal_id)
        .where((_P.confidence == "low") | nothing | unknown)
        .order_by(_P.appraisal_id.desc(), _P.path.desc())
    )  # fmt: skip
    if asked.peer is not None:
        query = query.where(_P.peer == asked.peer)
    return _narrowed(query, asked)


def one_unsupported(row: Any) -> Unsupported:
    """One unsupported input in a line."""
    return Unsupported(
        row.appraisal_id, row.valuer, row.standing, row.path, _plain(row.value), row.why, row.confidence, row.source,
        row.evidence,
    )  # fmt: skip


async def unsupported(session: AsyncSession, asked: AuditFilter, limit: int, cursor: str | None) -> UnsupportedInputs:
    """A page of unsupported inputs."""
    query = unsupported_of(asked).order_by(None)
    rows = await paging.fetch(session, query, _P.appraisal_id, _P.path, limit=limit, cursor=cursor, newest_first=True)
    return UnsupportedInputs([one_unsupported(row) for row in rows.items], rows.next, await indexing.missing(session))


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


async def counted(session: AsyncSession, query: Query) -> int:
    """How many rows an export would have; raises ExportTooLarge."""
    rows = int(await session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0)
    if rows > ROWS_MAX:
        raise ExportTooLarge(rows=rows, most=ROWS_MAX)
    return rows


async def batches(
    session: AsyncSession, query: Query, line: Callable[[Any], Struct]
) -> AsyncIterator[Sequence[Sequence[Any]]]:
    """The rows of an export, so many at a time."""
    result = await session.stream(query.execution_options(yield_per=BATCH))
    async for rows in result.partitions(BATCH):
        yield [[_cell(getattr(each, name)) for name in each.__struct_fields__] for each in map(line, rows)]


def _cell(value: Any) -> Any:
    return value if isinstance(value, str | int) else value.isoformat()
