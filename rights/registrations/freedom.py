"""Whether rights are free to move: no objection to the case is open, nothing on the asset holds them."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from rights.objections.queries import open_on_asset, open_on_case
from rights.registrations.errors import ObjectionOpen, RightsEncumbered
from rights.title.policy import Act
from rights.title.queries import remarks


async def require_undisputed(session: AsyncSession, registration_id: str) -> None:
    """Raise while an objection to the case has no conclusion (GUIDE arts. 22, 25)."""
    found = await open_on_case(session, registration_id)
    if found:
        raise ObjectionOpen(objections=", ".join(found))


async def require_unencumbered(session: AsyncSession, asset_id: str, today: date) -> None:
    """Raise while a remark such as a pledge holds the rights, or an objection is open (GUIDE art. 23)."""
    found = [
        f"{remark.kind} {remark.id}"
        for remark in await remarks(session, asset_id)
        if Act.TRANSFER in remark.blocks and (remark.until is None or remark.until > today)
    ]
    found += await open_on_asset(session, asset_id)
    if found:
        raise RightsEncumbered(blocked_by=", ".join(found))
