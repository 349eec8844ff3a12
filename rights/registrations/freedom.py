"""Whether a case may go on: its content was compared, no objection is open, nothing on the asset holds the rights."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from rights.certificates.models import Certificate
from rights.duplicates.commands import CLAIMING
from rights.duplicates.errors import SketchPending
from rights.objections.queries import open_on_asset, open_on_case
from rights.registrations.errors import ObjectionOpen, RightsEncumbered
from rights.registrations.models import Registration
from rights.title.policy import RightsAct
from rights.title.queries import remarks


async def require_undisputed(session: AsyncSession, registration_id: str) -> None:
    """Raise while an objection to the case has no conclusion (GUIDE arts. 22, 25)."""
    found = await open_on_case(session, registration_id)
    if found:
        raise ObjectionOpen(objections=", ".join(found))


async def claims_content(session: AsyncSession, row: Registration) -> bool:
    """Whether the case claims a content that its own certificate, if there is one, does not cover."""
    if row.type not in CLAIMING:
        return False
    if row.certificate_id is None:
        return True
    covered = await session.scalar(select(Certificate.revision_id).where(Certificate.id == row.certificate_id))
    return covered != row.revision_id


async def require_screened(session: AsyncSession, row: Registration) -> None:
    """Raise until a content that is claimed anew has been compared with earlier claims (GUIDE art. 22)."""
    if row.screening is None and await claims_content(session, row):
        raise SketchPending(revision_id=row.revision_id)


async def require_unencumbered(session: AsyncSession, asset_id: str, today: date) -> None:
    """Raise while a remark such as a pledge holds the rights, or an objection is open (GUIDE art. 23)."""
    found = [
        f"{remark.kind} {remark.id}"
        for remark in await remarks(session, asset_id)
        if RightsAct.TRANSFER in remark.blocks and (remark.until is None or remark.until > today)
    ]
    found += await open_on_asset(session, asset_id)
    if found:
        raise RightsEncumbered(blocked_by=", ".join(found))
