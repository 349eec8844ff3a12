"""What the register says of the rights in an asset on a day: part of what valuers sign, and of why values change."""

from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from typing import Final

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.time.clock import day_in_china
from kernel.views.projection import shown
from rights.certificates.queries import certificate_in_force
from rights.objections.queries import open_on_asset
from valuation.appraisal.document import RightsClaims

DAYS: Final = Decimal(365)


class RightsState(Struct, frozen=True):
    """The certificate in force, what remains of it, and the objections that are open; nulls where there is none."""

    certificate: str | None
    valid_until: str | None
    remaining_years: str
    objections: tuple[str, ...]


async def rights_state(session: AsyncSession, asset_id: str, at: datetime) -> RightsState:
    """The rights as the register has them at a moment."""
    certificate = await certificate_in_force(session, asset_id, at)
    objections = tuple(await open_on_asset(session, asset_id))
    if certificate is None:
        return RightsState(None, None, "0", objections)
    days = (certificate.valid_until - day_in_china(at)).days + 1
    years = (Decimal(days) / DAYS).quantize(Decimal("0.01"), ROUND_DOWN)
    return RightsState(
        certificate.number, certificate.valid_until.isoformat(), f"{max(years, Decimal(0)):f}", objections
    )


def claims(state: RightsState) -> RightsClaims:
    """As documents state it: what remains of a right goes with every day and is left out."""
    return shown(state, RightsClaims)
