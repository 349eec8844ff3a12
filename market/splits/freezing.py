"""Freezing who shares: the tree is read from the register in the unit that puts an agreement in force.

Who holds, what is owed and who stands above whom is then as both sides could see it when they signed; what the
register says later changes no agreement that is in force (decision 0160).
"""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements.licensing import terms_of
from contracts.agreements.models import Agreement
from contracts.moments import Moment, follows
from contracts.terms.prices import Plan, Seller
from kernel.act import Act
from kernel.log.record import record
from market.splits import tree as trees
from market.splits.errors import SplitOvercommitted, SplitTooWide
from market.splits.models import SplitTree
from market.splits.queries import last
from market.splits.tree import LEAVES_MAX, Basis, Commission, Holder, Node, Overcommitted, Royalty, Tree
from rights.title.models import TitleGrant
from rights.title.royalties import queries as title

READS_MAX: Final = 2_000
"""How many links are read for one tree: a chain that joins and parts again and again has no end else."""


@follows(Moment.SUCCEEDED)
@follows(Moment.IN_FORCE)
async def freeze(act: Act, agreement: Agreement) -> None:
    """Keep who shares in an agreement that comes into force, or from now on in one that another holder took over.

    Raises SplitOvercommitted where more is promised than is earned, and SplitTooWide.
    """
    if agreement.asset_id is None:
        return  # Nothing of a contract on services is paid through the centre.
    made = await read(act, agreement)
    try:
        parties = sorted(trees.parties(made))
    except Overcommitted as problem:
        raise SplitOvercommitted(asset=problem.asset) from problem
    sha256, before = trees.digest(made), await last(act.session, agreement.id)
    act.session.add(
        SplitTree(
            agreement_id=agreement.id,
            number=1 + (before.number if before is not None else 0),
            order_id=agreement.licensed.order_id,
            parties=parties,
            tree=trees.plain(made),
            sha256=sha256,
            created_at=act.at,
        )
    )
    facts = {"order": agreement.licensed.order_id, "sha256": sha256}
    record(act, "market.split.frozen", agreement.id, parties=sorted({*agreement.parties, *parties}), facts=facts)


async def read(act: Act, agreement: Agreement) -> Tree:
    """Who shares as the register stands now; raises SplitTooWide."""
    terms = terms_of(agreement, act.at)
    commissions = () if terms is None else tuple(Commission(one.party, one.rate) for one in terms.commissions)
    root = await _Reading(act.session).of_holder(agreement.licensed.asset_id, agreement.provider)
    if (found := trees.width(root) + len(commissions)) > LEAVES_MAX:
        raise SplitTooWide(found=found - 1, most=LEAVES_MAX)
    seller = terms.price.seller if terms is not None and isinstance(terms.price, Plan) else Seller.AGENT
    return Tree(seller, root, commissions)


@dataclass(slots=True)
class _Reading:
    """Climbing the chain of title, counting the links that are read."""

    session: AsyncSession
    read: int = field(default=0)

    async def of_holder(self, asset_id: str, party: str) -> Node:
        """What a party gets for an asset: as one of its holders, or under a licence of it."""
        holders = await title.holders(self.session, asset_id)
        licence = None if party in holders else await title.licence_of(self.session, asset_id, party)
        if licence is not None:
            return await self.of_licence(licence)
        return await self.of_asset(asset_id) if party in holders else Node(asset_id, (Holder(party),))

    async def of_asset(self, asset_id: str) -> Node:
        """What an asset earns for those who hold its title, and what it owes to each of its sources."""
        self._count()
        royalties = []
        for grant in (await title.owed(self.session, asset_id)).values():
            royalties += await self._royalty(grant)
        shares = await title.holders(self.session, asset_id)
        holders = tuple(Holder(party, f"{share.numerator}/{share.denominator}") for party, share in shares.items())
        return Node(asset_id, holders, royalties=tuple(royalties))

    async def of_licence(self, grant: TitleGrant) -> Node:
        """What a licence earns for whoever holds it, and what it owes to whoever granted it."""
        self._count()
        holder = (Holder(grant.grantee_id),)
        return Node(grant.asset_id, holder, grant.id, tuple(await self._royalty(grant)))

    async def _royalty(self, grant: TitleGrant) -> list[Royalty]:
        """What is owed under a grant, to the link above it; nothing where nobody up there would get anything."""
        if grant.parent_id is None:
            return []  # A holder of the source itself owes itself nothing.
        upper = await title.above(self.session, grant)
        to = await (self.of_asset(grant.asset_id) if upper.parent_id is None else self.of_licence(upper))
        rate, of = grant.royalty_rate or "0", Basis(grant.royalty_of or Basis.SHARE)
        return [Royalty(rate, to, of)] if Fraction(rate) or to.royalties else []

    def _count(self) -> None:
        self.read += 1
        if self.read > READS_MAX:
            raise SplitTooWide(found=READS_MAX, most=LEAVES_MAX)
