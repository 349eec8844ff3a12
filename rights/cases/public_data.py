"""Whether data is public data (公共数据): by its holder, by what it is made from, by declaration, and by the registrar.

What the provider declares only adds: it cannot make public data private. The registrar may settle it either way.
"""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from kernel.act import Act
from kernel.db import one
from kernel.identity.models import Party
from rights.assets.models import Asset
from rights.registrations import policy, rules
from rights.registrations.errors import refuse
from rights.registrations.models import Registration
from rights.registrations.queries import public_sources
from rights.terms import Form, Regime, Right, SourceKind
from rights.title.models import AssetLineage

BY_REGISTRAR = "registrar"


async def settle(session: AsyncSession, asset: Asset) -> bool:
    """Bring an asset's mark up to date with what it is made from, unless the registrar has settled it."""
    if asset.public_basis != BY_REGISTRAR and not asset.public_data and await _made_from_public(session, asset.id):
        asset.public_data, asset.public_basis = True, "made-from-public"
    return asset.public_data


async def _made_from_public(session: AsyncSession, asset_id: str) -> bool:
    parent = aliased(Asset)
    query = (
        select(AssetLineage.parent_id)
        .join(parent, parent.id == AssetLineage.parent_id)
        .where(AssetLineage.child_id == asset_id, parent.public_data)
        .limit(1)
    )
    return await session.scalar(query) is not None


async def require_regime(act: Act, row: Registration) -> None:
    """Raise unless a first registration is under the measures that its data asks for, as it is known to be now."""
    if row.type != "initial":
        return
    asset = await one(act.session, Asset, row.asset_id)
    await settle(act.session, asset)
    party = await one(act.session, Party, row.party_id)
    sources = await public_sources(act.session, row.public_sources, act.at)
    today = act.today
    if row.regime == Regime.PUBLIC:
        allowed = policy.PROCEDURE.at(today).body.public_resource
        refuse(rules.public_resource_faults(party.kind, Form(asset.form), asset.public_data, sources, allowed))
        return
    claim = rules.Claim(
        party_kind=party.kind,
        source_kind=SourceKind(asset.source_kind),
        form=Form(asset.form),
        title_basis=row.title_basis,
        rights=tuple(Right(code) for code in row.rights),
        public_data=asset.public_data,
        public_sources=sources,
    )
    refuse(rules.title_faults(claim, policy.MATRIX.at(today).body))
