"""Data contracts over HTTP: as they were written, and in the version of the standard that is written today."""

from typing import Any

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.db import one
from kernel.errors import NotFound
from kernel.http.problems import problems
from rights.assets import queries as assets
from valuation.quality.access import readers
from valuation.quality.contract.upgrade import upgraded
from valuation.quality.models import DataContract, QualityRun

Session = NamedDependency[AsyncSession]


async def document_seen(act: Act, contract_id: str) -> dict[str, Any]:
    """The document for the readers of a scorecard by it, and whoever scored by it; raises NotFound."""
    row = await one(act.session, DataContract, ids.require("ctr", contract_id))
    owner = (await assets.asset(act.session, row.asset_id)).party_id
    mine = select(QualityRun.id).where(QualityRun.data_contract_id == row.id, QualityRun.scored_by == act.actor.party)
    scored = act.actor.party if await act.session.scalar(mine.limit(1)) is not None else None
    cards = readers.of_contract(row.id)
    await readers.require_reader(act, readers.CONTRACTS, contract_id, row.asset_id, cards, owner, scored)
    return row.document


@get("/v1/data-contracts/{contract_id:str}", opt=readers.READ, responses=problems(NotFound))
async def get_data_contract(contract_id: FromPath[str], act: NamedDependency[Act]) -> dict[str, Any]:
    """数据合同 · The ODCS document as it was written, against which data was scored."""
    return await document_seen(act, contract_id)


@get("/v1/data-contracts/{contract_id:str}/odcs", opt=readers.READ, responses=problems(NotFound))
async def get_data_contract_odcs(contract_id: FromPath[str], act: NamedDependency[Act]) -> dict[str, Any]:
    """数据合同（ODCS v3.2）· The same promises as an ODCS v3.2 document, whatever version it was written in."""
    return upgraded(await document_seen(act, contract_id))


ROUTES = [get_data_contract, get_data_contract_odcs]
