"""The public register of reports: whoever is shown one can see that it exists, who signed it, and whether it stands."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from kernel.documents.models import Document
from kernel.errors import NotFound
from kernel.identity.models import Party
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from valuation.appraisal.document import read
from valuation.appraisal.models import AppraisalRow
from valuation.appraisal.policy import policies
from valuation.engagements.models import Engagement
from valuation.engagements.schemas import RegisteredReport

_Later = aliased(Engagement)


async def report(session: AsyncSession, number: str) -> RegisteredReport:
    """One report by its number; raises NotFound."""
    found = await _reports(session, select(Engagement.id).where(Engagement.number == number))
    if not found:
        raise NotFound(kind="report", id=number[:40])
    return found[0]


async def reports(
    session: AsyncSession, asset_id: str | None, limit: int, cursor: str | None
) -> Page[RegisteredReport]:
    """Reports by number, the newest first."""
    query = select(Engagement.id).where(Engagement.number.is_not(None))
    if asset_id is not None:
        query = query.where(Engagement.asset_id == asset_id)
    issued = await fetch(session, query, Engagement.number, limit=limit, cursor=cursor, newest_first=True)
    return Page(list(await _reports(session, issued.items)), issued.next)


async def _reports(session: AsyncSession, wanted: Select[str] | list[str]) -> Sequence[RegisteredReport]:
    later = (
        select(_Later.number)
        .where(_Later.supersedes_id == Engagement.id, _Later.number.is_not(None))
        .order_by(_Later.number)
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(Engagement, AppraisalRow, Document, Party.name, later)
        .join(AppraisalRow, AppraisalRow.id == Engagement.appraisal_id)
        .join(Document, Document.id == AppraisalRow.document_id)
        .join(Party, Party.id == Engagement.firm)
        .where(Engagement.id.in_(wanted))
        .order_by(Engagement.number.desc())
    )
    return [_view(*row) for row in await session.execute(query)]


def _view(
    row: Engagement, appraisal: AppraisalRow, document: Document, firm: str, later: str | None
) -> RegisteredReport:
    claims = read(document.body["credentialSubject"])
    assert row.number is not None and row.use_until is not None and row.issued_at is not None  # noqa: PT018 -- issued.
    use = policies().version(appraisal.body["rule_set"]["version"]).body.use
    return shown(
        row,
        RegisteredReport,
        asset_name=claims.asset_name,
        firm=firm,
        valuers=[
            {"name": each.name, "registration_number": each.registration_number, "part": each.part}
            for each in claims.signatures or ()
        ],
        superseded_by=later,
        document_sha256=document.sha256,
        label=f"{use.label_zh} · {use.label_en}",
    )
