"""Keeping the parameters of every stored appraisal at hand: what is not yet there is added, oldest first."""

from datetime import timedelta

from sqlalchemy import exists, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.db import lock_name, unit
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from valuation.appraisal.models import AppraisalRow
from valuation.audit.models import AppraisalParameter
from valuation.audit.parameters import parameters_of

BATCH = 200
_MISSING = ~exists().where(AppraisalParameter.appraisal_id == AppraisalRow.id)


async def catch_up(session: AsyncSession) -> int:
    """Add the parameters of the oldest appraisals that lack them; gives how many appraisals were added."""
    await lock_name(session, "valuation.audit.index")
    query = select(AppraisalRow.id, AppraisalRow.body).where(_MISSING).order_by(AppraisalRow.id).limit(BATCH)
    rows = (await session.execute(query)).all()
    values = [
        {name: getattr(each, name) for name in each.__struct_fields__} | {"appraisal_id": appraisal_id}
        for appraisal_id, body in rows
        for each in parameters_of(body)
    ]
    if values:
        await session.execute(insert(AppraisalParameter), values)
    return len(rows)


async def missing(session: AsyncSession) -> int:
    """How many appraisals are not yet looked into."""
    return int(await session.scalar(select(func.count()).select_from(AppraisalRow).where(_MISSING)) or 0)


@sweep("valuation.audit.index", timedelta(minutes=1))
async def index(runtime: Runtime) -> None:
    """Look into every appraisal that was stored since."""
    while True:
        async with unit(runtime.sessions) as session:
            if await catch_up(session) < BATCH:
                return
