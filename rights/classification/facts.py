"""What the register knows of an asset, in the words of the gates; the market adds what only it knows."""

from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.db import one
from kernel.money import Money
from kernel.time.clock import day_in_china, months_before
from rights.assets.queries import asset
from rights.certificates.queries import certificate_in_force
from rights.classification.policy import PRICE_CAP
from rights.classification.queries import latest
from rights.classification.rules import Declared, GatedAct, GateFacts
from rights.objections.queries import open_on_asset
from rights.registrations.models import Registration
from rights.registrations.queries import public_sources
from rights.terms import Form, Right
from rights.title import policy as title
from rights.title.queries import remarks

_ACTS: Final = {
    "listing": title.RightsAct.GRANT,
    "order": title.RightsAct.GRANT,
    "contract": title.RightsAct.GRANT,
    "transfer": title.RightsAct.TRANSFER,
}
_FREEZES = ("seizure", "temporary-control")


async def facts_of(session: AsyncSession, asset_id: str, provider: str, act: GatedAct, at: datetime) -> GateFacts:
    """The facts of the register about an asset that a provider wants to move, as they stand now."""
    of = await asset(session, asset_id)
    certificate = await certificate_in_force(session, asset_id, at)
    if certificate is not None and certificate.party_id != provider:
        certificate = None
    today = day_in_china(at)
    blocking = [
        remark
        for remark in await remarks(session, asset_id)
        if _ACTS[act] in remark.blocks and remark.condition is None and (remark.until is None or remark.until > today)
    ]
    registered = False
    if of.public_data and certificate is not None:
        case = await one(session, Registration, certificate.registration_id)
        sources = await public_sources(session, case.public_sources, at)
        registered = bool(sources) and all(source.in_force for source in sources)
    row = await latest(session, asset_id)
    declaration = None if row is None else msgspec.convert(row.declared, Declared)
    cap_until = None
    if row is not None and declaration is not None and declaration.price_cap is not None:
        decided = day_in_china(row.created_at)
        cap_until = months_before(decided, -12 * PRICE_CAP.at(decided).body.years)
    return GateFacts(
        act=act,
        declared=declaration,
        source_stated=None if certificate is None else certificate.source_kind == of.source_kind,
        hold=None if certificate is None else str(Right.HOLD) in certificate.rights,
        operate=None if certificate is None else str(Right.OPERATE) in certificate.rights,
        disputes=tuple(await open_on_asset(session, asset_id)),
        freezes=tuple(f"{remark.kind} {remark.id}" for remark in blocking if remark.kind in _FREEZES),
        public_data=of.public_data,
        public_registered=registered,
        raw_public=of.public_data and of.form == str(Form.RESOURCE),
        price_cap=None if declaration is None or declaration.price_cap is None else Money.of(declaration.price_cap),
        price_cap_until=cap_until,
        price_cap_lapsed=cap_until is not None and cap_until < today,
        encumbrances=tuple(f"{remark.kind} {remark.id}" for remark in blocking if remark.kind not in _FREEZES),
    )
