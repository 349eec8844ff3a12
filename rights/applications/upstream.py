"""Whether what the data is made from was granted for the rights that a case asks for (GUIDE art. 20: 衍生数据)."""

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from kernel.time.clock import day_in_china
from rights.certificates import rules as certificates
from rights.registrations.models import Registration
from rights.terms import Regime, Right
from rights.title.lineage import require_upstream

OPENING: Final = ("initial", "change", "renewal", "transfer", "correction")
"""Types that end in a new certificate: its title is opened anew, and must be carried by what the data is made from."""


async def require_carried(session: AsyncSession, row: Registration, *, at: datetime) -> None:
    """Raise UpstreamExceeded unless the title that the case asks for could be opened now: told here, not at the end."""
    if row.regime != Regime.PROPERTY or row.type not in OPENING:
        return
    today = day_in_china(at)
    until = certificates.new_until(today, certificates.POLICY.at(today).body.of(Regime.PROPERTY), row.agreement_until)
    rights = [Right(code) for code in row.rights]
    await require_upstream(session, row.asset_id, rights, today, until, at=at)
