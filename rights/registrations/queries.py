"""Public data resources behind a product: whether each is registered, now."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from rights.certificates.queries import by_name, in_force
from rights.registrations.rules import PublicSource
from rights.terms import Regime


async def public_sources(session: AsyncSession, names: Sequence[str], at: datetime) -> tuple[PublicSource, ...]:
    """Which of the named registrations of public data resources are in force."""
    sources = []
    for name in names:
        row = await by_name(session, name)
        sources.append(PublicSource(name, row is not None and row.regime == Regime.PUBLIC and in_force(row, at)))
    return tuple(sources)
