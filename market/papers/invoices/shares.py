"""Shares of a price that somebody other than its seller was paid: their holder invoices them to the seller, one by one.

Royalties of upstream holders, parts of co-holders, and commissions; where the centre sells, the provider's part too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, exists, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements.models import Agreement
from contracts.terms.prices import Seller
from kernel.act import Act
from kernel.identity.models import Party
from kernel.money import Money
from kernel.states import Role
from kernel.text import Text
from kernel.time.clock import day_in_china
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from market.earnings.sellers import sales, seller
from market.papers.invoices.models import InvoiceSubject
from market.papers.invoices.schemas import PaidShareView
from market.splits import queries as splits
from market.splits.models import Distribution, DistributionLeg
from market.splits.remaining import LEFT
from market.splits.tree import LeafKind
from market.withholding.models import WithheldShare
from market.withholding.states import WithheldState

AUDIENCE: Final = Audience("share", (Role.CLEARING, Role.REGULATOR, Role.AUDITOR))
"""Who may know of a share besides its holder and whoever sold."""

NAMES: Final = {
    "upstream": Text("数据授权收益", "Royalty"),
    "intermediary": Text("居间服务费", "Commission"),
    "provider": Text("数据收益分成", "Share in the proceeds"),
}
"""What a holder invoices, by what it shares as."""

KEPT_BACK: Final = exists().where(
    WithheldShare.distribution_id == DistributionLeg.distribution_id,
    WithheldShare.n == DistributionLeg.n,
    WithheldShare.status.in_((WithheldState.HELD, WithheldState.REDIRECTED)),
)
"""Whether a share has not been paid to its holder: it is kept back, or somebody else got it."""


@dataclass(frozen=True, slots=True)
class SharePaid:
    """One share, with what is left of it, and the two sides of its invoice: `payer` is whoever sold."""

    id: str
    agreement: Agreement
    distribution: Distribution
    leg: DistributionLeg
    mode: Seller
    payer: str
    left: Money
    kept_back: bool

    @property
    def holder(self) -> str:
        """Whose share it is."""
        return str(self.leg.party_id)

    @property
    def on(self) -> date:
        """The day whose rates hold."""
        return day_in_china(self.distribution.created_at)


def share_id(distribution_id: str, n: int) -> str:
    """How a share is named: by its distribution and its place there."""
    return f"{distribution_id}/{n}"


def _query() -> Select[DistributionLeg, Distribution, Agreement, str, int, bool]:
    left, kept_back, sold_by = LEFT.label("left"), KEPT_BACK.label("kept_back"), seller().label("seller")
    query = select(DistributionLeg, Distribution, Agreement, sold_by, left, kept_back)
    query = query.join(Distribution, Distribution.id == DistributionLeg.distribution_id)
    return sales(query).where(DistributionLeg.party_id.is_not(None))


async def shares_paid(session: AsyncSession, ids: Sequence[str]) -> dict[str, SharePaid]:
    """Those of the ids that are shares, by id."""
    places = [(head, int(n)) for head, _, n in (each.partition("/") for each in ids) if n.isdecimal() and len(n) <= 6]
    if not places:
        return {}
    named: ColumnElement[bool] = tuple_(DistributionLeg.distribution_id, DistributionLeg.n).in_(places)
    return {one.id: one for one in [await _of(session, row) for row in await session.execute(_query().where(named))]}


async def _of(session: AsyncSession, row: Any) -> SharePaid:
    leg, distribution, agreement, sold_by, left, kept_back = row
    mode = (await splits.tree_of(session, agreement)).seller
    centre = await session.scalar(select(Party.id).where(Party.centre)) if mode is Seller.PRINCIPAL else None
    return SharePaid(
        id=share_id(leg.distribution_id, leg.n),
        agreement=agreement,
        distribution=distribution,
        leg=leg,
        mode=mode,
        payer=centre or sold_by,
        left=Money(int(left), leg.currency),
        kept_back=bool(kept_back),
    )


async def paid_shares(act: Act, limit: int, cursor: str | None) -> Page[PaidShareView]:
    """The shares that the actor holds, or that come out of what it sold, newest first; all for those who watch."""
    query = _query().where(
        DistributionLeg.amount_minor > 0, AUDIENCE.among(act.actor, DistributionLeg.party_id, seller())
    )
    key = (DistributionLeg.distribution_id, DistributionLeg.n)
    rows = await fetch(act.session, query, *key, limit=limit, cursor=cursor, newest_first=True)
    return await rows.awaiting(lambda row: _view(act, row))


async def _view(act: Act, row: Any) -> PaidShareView:
    one = await _of(act.session, row)
    live = select(func.max(InvoiceSubject.invoice_id)).where(
        InvoiceSubject.kind == "share", InvoiceSubject.subject == one.id, InvoiceSubject.live
    )
    return PaidShareView(
        id=one.id,
        subject=one.distribution.subject,
        agreement_id=one.agreement.id,
        kind=LeafKind(one.leg.kind),
        holder=one.holder,
        payer=None if one.payer == one.holder else one.payer,
        asset_id=one.leg.asset_id,
        amount=Money(one.leg.amount_minor, one.leg.currency).view(),
        left=one.left.view(),
        kept_back=one.kept_back,
        invoice_id=await act.session.scalar(live),
        created_at=one.distribution.created_at,
    )
