"""Publishing a computing offer, and charging what a query costs of its budgets."""

from datetime import timedelta
from typing import Final

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from channels.computing import queries
from channels.computing.engine.files import SUFFIXES, NotComputed
from channels.computing.engine.locked import LIMITS, columns, ready
from channels.computing.errors import BudgetSpent, OfferUnfit, OfferVersionsTooMany
from channels.computing.loading import Loading
from channels.computing.models import ComputingBudget, ComputingOffer
from channels.computing.rules import RULES, offer_faults
from channels.computing.schemas import ComputingOfferView, SetOffer
from kernel import ids
from kernel.act import Act
from kernel.crypto import canonical
from kernel.db import lock_name
from kernel.errors import FieldError
from kernel.jobs import desk
from kernel.log.record import record
from kernel.storage.store import Storage
from kernel.text import Text
from rights.assets import queries as assets

_DAY: Final = timedelta(days=1)
_DESCRIBED_BYTES_MAX: Final = 64 * 1024**2
"""Of a file, to tell its columns by: more than the footer of a thousand columns in three hundred groups of rows."""


async def publish(act: Act, asset_id: str, data: SetOffer, storage: Storage) -> ComputingOfferView:
    """A new version of the offer on one's own asset; agreements that are in force keep theirs.

    The same terms again are the version that stands. Raises OfferUnfit and OfferVersionsTooMany.
    """
    asset = await assets.own_asset(act, asset_id)
    names = await file_columns(act, asset.id, data.file, storage)
    faults = offer_faults(data, names, RULES.at(act.today).body) if names else [_no_table()]
    if faults:
        raise OfferUnfit(errors=faults, count=len(faults))
    await lock_name(act.session, "computing_offer", asset.id)
    before = await queries.newest_offer(act.session, asset.id)
    terms = msgspec.to_builtins(data)
    if before is not None and before.sha256 == canonical.digest(terms):
        return queries.offer_view(before)
    await _require_room(act, asset.id)
    row = ComputingOffer(
        id=ids.new("cof"),
        asset_id=asset.id,
        provider=asset.party_id,
        n=before.n + 1 if before is not None else 1,
        terms=terms,
        sha256=canonical.digest(terms),
        created_at=act.at,
    )
    act.session.add(row)
    facts = {"asset": asset.id, "n": row.n, "sha256": row.sha256}
    record(act, "channels.computing_offer.published", row.id, parties=[asset.party_id], facts=facts)
    await act.session.flush()
    return queries.offer_view(row)


async def _require_room(act: Act, asset_id: str) -> None:
    since, limit = act.at - _DAY, RULES.at(act.today).body.versions_day_max
    today = select(func.count(), func.min(ComputingOffer.created_at)).where(
        ComputingOffer.asset_id == asset_id, ComputingOffer.created_at > since
    )
    count, first = (await act.session.execute(today)).one()
    if count >= limit:
        raise OfferVersionsTooMany(limit=limit, retry_after_seconds=int((first - since).total_seconds()) + 1)


async def file_columns(act: Act, asset_id: str, name: str, storage: Storage) -> list[str]:
    """The columns of a file of an asset's newest revision; none where there is no such table.

    Whatever is in the file meets a locked engine, in a process that served nobody before and serves nobody after.
    """
    revision = await assets.latest_revision(act.session, asset_id)
    file = next((each for each in revision.files if each.name == name), None) if revision is not None else None
    if file is None or not name.lower().endswith(SUFFIXES):
        return []
    with Loading(storage, _DESCRIBED_BYTES_MAX) as loading:
        try:
            source = await loading.table([file])
            own = desk.Own(ready, LIMITS)
            party = act.actor.party
            return await desk.answer(columns, source, party=party, in_unit=True, answering=loading.answer, own=own)
        except NotComputed:
            return []


def _no_table() -> FieldError:
    listed = ", ".join(SUFFIXES)
    text = Text(
        f"最新版本中没有可读取的此名文件（{listed}）",
        f"The newest revision has no readable table of this name ({listed})",
    )
    return FieldError("/file", text, "LT-SBX-01")


async def charge(act: Act, agreement_id: str, asset_id: str, offer: SetOffer) -> None:
    """Take a query's cost off the budgets of its product and its agreement, before it runs and for good.

    The product's row is locked first by everybody, so charges at one time come one after the other. Raises BudgetSpent.
    """
    limits = (
        (asset_id, "product", offer.micro_epsilon_per_product),
        (agreement_id, "agreement", offer.micro_epsilon_per_agreement),
    )
    for subject_id, scope, limit in limits:
        await spend(act, subject_id, scope, limit, offer.micro_epsilon_per_query)


async def spend(act: Act, subject_id: str, scope: str, limit: int, needed: int) -> None:
    """Take millionths of epsilon off one budget, whose row this locks; raises BudgetSpent, naming its scope."""
    empty = {"subject_id": subject_id, "spent_micro_epsilon": 0}
    await act.session.execute(insert(ComputingBudget).values(empty).on_conflict_do_nothing())
    statement = (
        update(ComputingBudget)
        .where(ComputingBudget.subject_id == subject_id)
        .where(ComputingBudget.spent_micro_epsilon + needed <= limit)
        .values(spent_micro_epsilon=ComputingBudget.spent_micro_epsilon + needed)
        .returning(ComputingBudget.spent_micro_epsilon)
        .execution_options(synchronize_session=False)
    )
    if await act.session.scalar(statement) is None:
        left = max(0, limit - await queries.spent(act.session, subject_id))
        raise BudgetSpent(needed=needed, scope=scope, left=left)
