"""Mending an asset's description (资产描述) for as long as no registration rests on it."""

from typing import Any

import msgspec
from sqlalchemy import or_, select

from kernel import ids
from kernel.act import Act
from kernel.db import locked
from kernel.log.record import record
from rights.assets.errors import AssetFaulty, DescriptionRegistered
from rights.assets.models import Asset
from rights.assets.queries import AUDIENCE, asset_view, latest_row
from rights.assets.rules import FORM, description_faults
from rights.assets.schemas import AssetView, EditAsset
from rights.cases.applications.rules import Described
from rights.registrations.models import Registration
from rights.registrations.states import OPEN, RegistrationState


async def edit(act: Act, asset_id: str, data: EditAsset) -> AssetView:
    """Mend the description; a registration under way or concluded keeps it as it is."""
    row = await locked(act.session, Asset, ids.require("ast", asset_id))
    AUDIENCE.require_party(act.actor, asset_id, row.party_id)
    concluded = (RegistrationState.CERTIFIED, RegistrationState.ENTERED)
    query = select(Registration.id).where(
        Registration.asset_id == row.id, or_(Registration.status.in_(OPEN), Registration.status.in_(concluded))
    )
    resting = await act.session.scalar(query.order_by(Registration.id.desc()).limit(1))
    if resting is not None:
        raise DescriptionRegistered(registration_id=resting)
    fields: dict[str, Any] = {name: getattr(data, name) for name in data.__struct_fields__}
    changes = {name: value for name, value in fields.items() if value is not msgspec.UNSET}
    new = {name: changes.get(name, getattr(row, name)) for name in ("name", "overview", "covers_from", "covers_until")}
    faults = description_faults(**new, form=FORM.at(act.today).body)
    if faults:
        raise AssetFaulty(errors=faults)
    for name, value in changes.items():
        setattr(row, name, value)
    record(act, "rights.asset.edited", row.id, facts={"changed": sorted(changes)})
    return asset_view(row, await latest_row(act.session, row.id))


def described(row: Asset) -> Described:
    """What the description says of what the form asks for."""
    return Described(row.industry, row.region_level, row.structure, row.records, row.covers_from)
