"""What is public of a column is decided by the provider's contract alone, whoever scores by whichever contract."""

from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from valuation.quality.contract.contract import Contract
from valuation.quality.contract.reader import read
from valuation.quality.models import QualityRun


async def newest_of_provider(session: AsyncSession, asset_id: str, provider: str) -> str | None:
    """The data contract by which the provider itself last had the asset scored."""
    query = select(QualityRun.data_contract_id).where(
        QualityRun.asset_id == asset_id, QualityRun.scored_by == provider, QualityRun.provider == provider
    )
    return (await session.scalars(query.order_by(QualityRun.id.desc()).limit(1))).first()


def as_provider_shows(contract: Contract, document: dict[str, Any] | None) -> Contract:
    """The contract with just those columns public that the provider's contract makes so; none without one."""
    own = None if document is None else read(document)
    shown = {
        (each.physical_name, column.column)
        for each in (own.objects if isinstance(own, Contract) else ())
        for column in each.properties
        if column.public
    }
    objects = tuple(
        msgspec.structs.replace(
            each,
            properties=tuple(
                msgspec.structs.replace(column, public=(each.physical_name, column.column) in shown)
                for column in each.properties
            ),
        )
        for each in contract.objects
    )
    return msgspec.structs.replace(contract, objects=objects)
