"""Taking money back that was shared out: each share gives by what remains of it, out of where it is now."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.db import lock_name
from kernel.money import Money
from market.ledger import book
from market.ledger import commands as ledger
from market.ledger.models import LedgerEntry, Posting
from market.refunds.rules import portions
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

    `cause` is the id of the refund or dispute. Tax and fee give their parts; a party's part comes from what is kept
    back of that very share, then from whoever a part of it was redirected to, then from the party: from what is payable
    to it, and what that lacks it owes (`clawback`). Raises ValueError for more than remains; the caller has looked.
    """
    await lock_name(act.session, "distribution", of.id)
    rows = await remaining(act.session, of, provider)
    shares = await withheld.held_of(act.session, of.id)
    payers = _Payers(await _payable(act, of, rows, shares), of.currency)
    parts: list[book.Part] = []
    for row, part in zip(rows, portions(money, [each.minor for each in rows]), strict=True):
        if part.minor == 0:
            continue
        leg = row.leg
        act.session.add(
            LegRefund(refund_id=cause, distribution_id=of.id, n=leg.n, amount_minor=part.minor, created_at=act.at)
        )
        if leg.party_id is None:
            parts.append(book.Part(book.VAT if leg.kind == "tax" else book.FEES, part))
        else:
            parts += await _of_party(act, of, leg, part, [share for share in shares if share.n == leg.n], payers)
    await act.session.flush()  # The next refund of this unit reads what remains.
    return parts


class _Payers:
    """What is payable to parties, counted down while a refund takes of it."""

    def __init__(self, payable: dict[str, Money], currency: str) -> None:
        self._left = Counter({path: money.minor for path, money in payable.items()})
        self._currency = currency

    def owe(self, party: str, minor: int) -> list[book.Part]:
        """An amount from a party: from what it is owed, and as its debt what that lacks."""
        path = book.payable(party)
        now = min(minor, self._left[path])
        self._left[path] -= now
        parts = ((path, now), (book.clawback(party), minor - now))
        return [book.Part(account, Money(part, self._currency)) for account, part in parts if part]


async def _payable(
    act: Act, of: Distribution, rows: Sequence[Remaining], shares: Sequence[WithheldShare]
) -> dict[str, Money]:
    """What is payable to everybody who may have to give; their accounts stay locked until the unit ends."""
    parties = {row.leg.party_id for row in rows} | {share.redirected_to for share in shares}
    payable = [book.payable(party) for party in parties if party is not None]
    # All that may lose money is locked at once and in one order, so that two units never wait for each other.
    also = {book.withheld(share.order_id, share.party_id) for share in shares} | {book.FEES, book.VAT}
    held = await ledger.held(act.session, {*payable, *also}, of.currency)
    return {path: held[path] for path in payable}


async def _of_party(
    act: Act,
    of: Distribution,
    leg: DistributionLeg,
    part: Money,
    shares: Sequence[WithheldShare],
    payers: _Payers,
) -> list[book.Part]:
    party, left, parts = str(leg.party_id), part.minor, []
    for state in (WithheldState.HELD, WithheldState.REDIRECTED):
        for share in shares:
            taken = min(left, share.held.minor)
            if share.status is not state or not taken:
                continue
            left -= taken
            if state is WithheldState.HELD:
                parts.append(book.Part(book.withheld(of.order_id, party), Money(taken, of.currency)))
            else:
                parts += payers.owe(str(share.redirected_to), taken)
            await withholding.take_of(act, share, taken)
    return parts + payers.owe(party, left)
