"""Publishing how programs may run on one's data."""

from datetime import timedelta
from typing import Final

import msgspec
from sqlalchemy import func, select

from channels.programs import queries
from channels.programs.errors import ProgramOfferVersionsTooMany
from channels.programs.models import ProgramOffer
from channels.programs.rules import RULES
from channels.programs.schemas import ProgramOfferView, SetProgramOffer
from kernel import ids
from kernel.act import Act
from kernel.crypto import canonical
from kernel.db import lock_name
from kernel.log.record import record
from rights.assets import queries as assets

_DAY: Final = timedelta(days=1)


async def publish(act: Act, asset_id: str, data: SetProgramOffer) -> ProgramOfferView:
    """A new version of the offer on one's own asset; agreements that are in force keep theirs.

    The same terms again are the version that stands. Raises ProgramOfferVersionsTooMany.
    """
    asset = await assets.own_asset(act, asset_id)
    await lock_name(act.session, "program_offer", asset.id)
    before, terms = await queries.newest_offer(act.session, asset.id), msgspec.to_builtins(data)
    here = await queries.service(act)
    if before is not None and before.sha256 == canonical.digest(terms):
        return queries.offer_view(before, here)
    await _require_room(act, asset.id)
    row = ProgramOffer(
        id=ids.new("pgo"),
        asset_id=asset.id,
        provider=asset.party_id,
        n=before.n + 1 if before is not None else 1,
        terms=terms,
        sha256=canonical.digest(terms),
        created_at=act.at,
    )
    act.session.add(row)
    facts = {"asset": asset.id, "n": row.n, "sha256": row.sha256}
    record(act, "channels.program_offer.published", row.id, parties=[asset.party_id], facts=facts)
    await act.session.flush()
    return queries.offer_view(row, here)


async def _require_room(act: Act, asset_id: str) -> None:
    since, limit = act.at - _DAY, RULES.at(act.today).body.versions_day_max
    today = select(func.count(), func.min(ProgramOffer.created_at)).where(
        ProgramOffer.asset_id == asset_id, ProgramOffer.created_at > since
    )
    count, first = (await act.session.execute(today)).one()
    if count >= limit:
        again = int((first - since).total_seconds()) + 1
        raise ProgramOfferVersionsTooMany(limit=limit, retry_after_seconds=again)
