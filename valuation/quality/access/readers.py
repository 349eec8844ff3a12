"""Who may score an asset and who may read runs, scorecards, contracts and promises: one rule for all of them.

The provider, whoever scored, whoever an accepted engagement or test names, buyers to whom the scorecard is shown, the
centre's officers, the regulator and the auditor; to everybody else nothing is there (LT-QLT-06, decision 0040).
"""

from typing import Any, Final

from sqlalchemy import Select, select

from kernel import ids
from kernel.act import Act
from kernel.db import one
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.states import Role
from kernel.views.audience import Audience
from rights.assets import queries as assets
from rights.assets.models import Asset
from valuation.quality.access import ports
from valuation.quality.models import DataContract, QualityRun, Scorecard

OFFICES: Final = (Role.REGISTRAR, Role.REVIEWER, Role.OPERATOR, Role.REGULATOR, Role.AUDITOR)
ASSETS: Final = Audience("asset", OFFICES)
RUNS: Final = Audience("quality_run", OFFICES)
SCORECARDS: Final = Audience("scorecard", OFFICES)
CONTRACTS: Final = Audience("data_contract", OFFICES)

READ: Final = allow(
    "valuation:quality:run",
    "valuation:appraisal:write",
    "market:order:place",
    "rights:registration:decide",
    "market:listing:review",
    "kernel:party:read",
)
"""The permissions of whoever may be a reader; which scorecard, the audience decides."""


async def require_scorer(act: Act, asset: Asset) -> None:
    """Raise NotFound for whoever is neither the provider nor at work on the asset: a stranger learns nothing of it."""
    party = act.actor.party
    if party is not None and party == asset.party_id:
        return
    if not any(each.party == party and each.scores for each in await ports.engaged(act.session, asset.id)):
        raise NotFound(kind=ASSETS.kind, id=asset.id)


async def require_valuer(act: Act, asset: Asset) -> None:
    """Raise NotFound for whoever may not read any scorecard of an asset: there is nothing then to value it by."""
    await require_reader(act, ASSETS, asset.id, asset.id, of_asset(asset.id), asset.party_id)


async def reads_all(act: Act, asset_id: str) -> bool:
    """Whether the actor may read every scorecard of an asset because of what it was engaged for."""
    party = act.actor.party
    engaged = await ports.engaged(act.session, asset_id) if party is not None else []
    return any(each.party == party and each.reads for each in engaged)


async def require_reader(
    act: Act, audience: Audience, object_id: str, asset_id: str, cards: Select[str], *parties: str | None
) -> None:
    """Raise NotFound unless the actor may read an object that these scorecards of the asset came of or belong to.

    The parties that the object names may, and whoever holds the asset now.
    """
    owner = await act.session.get_one(Asset, asset_id)
    if audience.admits(act.actor, owner.party_id, *parties) or await reads_all(act, asset_id):
        return
    if not await ports.shown_to(act.session, act.actor.party, cards):
        raise NotFound(kind=audience.kind, id=object_id)


def of_asset(asset_id: str) -> Select[str]:
    """The scorecards of an asset."""
    return select(Scorecard.id).where(Scorecard.asset_id == asset_id)


def of_run(run_id: str) -> Select[str]:
    """The scorecard of a run, if it gave one."""
    return select(Scorecard.id).where(Scorecard.run_id == run_id)


def of_contract(contract_id: str) -> Select[str]:
    """The scorecards by a data contract."""
    query = select(Scorecard.id).join(QualityRun, QualityRun.id == Scorecard.run_id)
    return query.where(QualityRun.data_contract_id == contract_id)


async def contract_document(act: Act, contract_id: str) -> dict[str, Any]:
    """The document for the readers of a scorecard by it, and whoever scored by it; raises NotFound."""
    row = await one(act.session, DataContract, ids.require("ctr", contract_id))
    owner = (await assets.asset(act.session, row.asset_id)).party_id
    mine = select(QualityRun.id).where(QualityRun.data_contract_id == row.id, QualityRun.scored_by == act.actor.party)
    scored = act.actor.party if await act.session.scalar(mine.limit(1)) is not None else None
    cards = of_contract(row.id)
    await require_reader(act, CONTRACTS, contract_id, row.asset_id, cards, owner, scored)
    return row.document
