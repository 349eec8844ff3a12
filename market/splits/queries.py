"""Reading frozen trees."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements.models import Agreement
from kernel.act import Act
from kernel.db import one
from kernel.states import Role
from kernel.views.audience import Audience
from market.splits import tree as trees
from market.splits.errors import SplitNotFrozen
from market.splits.models import SplitTree
from market.splits.schemas import AgreementSplitView, SplitShareView
from market.splits.tree import Leaf, Tree

AUDIENCE: Final = Audience("agreement", (Role.CLEARING, Role.REGULATOR, Role.AUDITOR))
"""Who may see how an agreement's money is shared besides its two sides and everybody who shares."""


async def last(session: AsyncSession, agreement_id: str) -> SplitTree | None:
    """The tree that stands: the last one that was frozen."""
    query = select(SplitTree).where(SplitTree.agreement_id == agreement_id).order_by(SplitTree.number.desc()).limit(1)
    return (await session.scalars(query)).first()


async def tree_of(session: AsyncSession, agreement: Agreement) -> Tree:
    """Who shares in an agreement's money; of one that came into force before trees were kept, its provider alone."""
    row = await last(session, agreement.id)
    return trees.alone(agreement.licensed.asset_id, agreement.provider) if row is None else trees.parsed(row.tree)


async def split(act: Act, agreement_id: str) -> AgreementSplitView:
    """How an agreement's money is shared, for those concerned; raises NotFound for others, SplitNotFrozen before."""
    agreement = await one(act.session, Agreement, agreement_id)
    row = await last(act.session, agreement_id)
    AUDIENCE.require(act.actor, agreement_id, *agreement.parties, *(row.parties if row is not None else ()))
    if row is None and agreement.in_force_at is None:
        raise SplitNotFrozen(agreement=agreement_id, state=str(agreement.status))
    tree = await tree_of(act.session, agreement)
    return AgreementSplitView(
        agreement_id=agreement_id,
        order_id=agreement.licensed.order_id,
        tree=trees.plain(tree),
        sha256=trees.digest(tree),
        shares=[_share(leaf) for leaf in trees.leaves(tree)],
        created_at=agreement.created_at if row is None else row.created_at,
    )


def _share(leaf: Leaf) -> SplitShareView:
    fraction = f"{leaf.weight.numerator}/{leaf.weight.denominator}"
    return SplitShareView(leaf.kind, leaf.party, leaf.asset, leaf.grant, fraction)
