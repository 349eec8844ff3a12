"""Taking money back that was shared out: each share gives by what remains of it, out of where it is now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.db import lock_name
from kernel.money import Money
from market.ledger import book
from market.ledger import commands as ledger
from market.ledger.models import LedgerEntry, Posting
from market.refunds.rules import HeldPart, Returned, portions, sources
from market.splits.models import Distribution, DistributionLeg, LegRefund
from market.withholding import commands as withholding
from market.withholding import queries as withheld
from market.withholding.models import WithheldShare
from market.withholding.states import WithheldState


@dataclass(frozen=True, slots=True)
class Remaining:
    """A share with what refunds, card disputes and service credits have left of it."""

    leg: DistributionLeg
    minor: int


async def remaining(session: AsyncSession, of: Distribution, provider: str) -> list[Remaining]:
    """The shares of a distribution, in their order, with what remains of each."""
    legs = select(DistributionLeg).where(DistributionLeg.distribution_id == of.id).order_by(DistributionLeg.n)
    back = select(LegRefund.n, func.sum(LegRefund.amount_minor)).where(LegRefund.distribution_id == of.id)
    gone = {n: int(total) for n, total in await session.execute(back.group_by(LegRefund.n))}
    credited = await _credited(session, of, provider)
    rows = []
    for leg in (await session.scalars(legs)).all():
        left = leg.amount_minor - gone.get(leg.n, 0)
        if leg.kind == "provider" and leg.party_id == provider:
            of_credit = min(left, credited)
            credited -= of_credit
            left -= of_credit
        rows.append(Remaining(leg, left))
    return rows


async def _credited(session: AsyncSession, of: Distribution, provider: str) -> int:
    """What service credits have given the buyer of the provider's shares of this distribution already.

    Credits of an agreement are reckoned to what was shared out first, as far as that reaches.
    """
    credits_ = (
        select(func.coalesce(func.sum(Posting.amount_minor), 0))
        .join(LedgerEntry, LedgerEntry.id == Posting.entry_id)
        .where(LedgerEntry.kind == "service_credited", LedgerEntry.subject == of.order_id)
        .where(Posting.debit.in_((book.payable(provider), book.withheld(of.order_id, provider))))
    )
    earlier = (
        select(func.coalesce(func.sum(DistributionLeg.amount_minor), 0))
        .join(Distribution, Distribution.id == DistributionLeg.distribution_id)
        .where(Distribution.order_id == of.order_id, Distribution.id < of.id)
        .where(DistributionLeg.kind == "provider", DistributionLeg.party_id == provider)
    )
    return max(0, int(await session.scalar(credits_) or 0) - int(await session.scalar(earlier) or 0))


async def take_back(act: Act, of: Distribution, provider: str, money: Money, cause: str) -> list[book.Part]:
    """Note what an amount takes of each share, and say out of which accounts it comes; the caller books these.

    `cause` is the id of the refund or dispute; the accounts are those of `rules.sources`. Raises ValueError for more
    than remains; the caller has looked.
    """
    await lock_name(act.session, "distribution", of.id)
    rows = await remaining(act.session, of, provider)
    shares = await withheld.held_of(act.session, of.id)
    payable = await _payable(act, of, rows, shares)
    returned = []
    for row, part in zip(rows, portions(money, [each.minor for each in rows]), strict=True):
        leg = row.leg
        if part.minor:
            returned.append(Returned(leg.n, book.VAT if leg.kind == "tax" else book.FEES, leg.party_id, part.minor))
            act.session.add(
                LegRefund(refund_id=cause, distribution_id=of.id, n=leg.n, amount_minor=part.minor, created_at=act.at)
            )
    taken = sources(returned, [_kept(share) for share in shares if share.status in _KEPT], payable)
    for share in shares:
        if minor := sum(each.minor for each in taken if each.kept == share.id):
            await withholding.take_of(act, share, minor)
    await act.session.flush()  # The next refund of this unit reads what remains.
    return [book.Part(each.account, Money(each.minor, of.currency)) for each in taken]


_KEPT: Final = (WithheldState.HELD, WithheldState.REDIRECTED)


def _kept(share: WithheldShare) -> HeldPart:
    account = book.withheld(share.order_id, share.party_id)
    return HeldPart(share.id, int(share.n or 0), account, share.redirected_to, share.held.minor)


async def _payable(
    act: Act, of: Distribution, rows: Sequence[Remaining], shares: Sequence[WithheldShare]
) -> dict[str, int]:
    """What is payable to everybody who may have to give, in minor units; the accounts stay locked until the unit
    ends."""
    parties = {row.leg.party_id for row in rows} | {share.redirected_to for share in shares}
    payable = [book.payable(party) for party in parties if party is not None]
    # All that may lose money is locked at once and in one order, so that two units never wait for each other.
    also = {book.withheld(share.order_id, share.party_id) for share in shares} | {book.FEES, book.VAT}
    held = await ledger.held(act.session, {*payable, *also}, of.currency)
    return {path: held[path].minor for path in payable}
