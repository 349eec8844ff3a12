"""Keeping shares back, and deciding what becomes of them; every movement is an entry of the books."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select

from contracts.agreements.models import Agreement
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked, one
from kernel.errors import NotFound
from kernel.identity.models import Party
from kernel.log.record import record
from kernel.money import Money
from kernel.states import Role
from market.ledger import book
from market.ledger import commands as ledger
from market.ledger import queries as books
from market.orders.models import Order
from market.splits import queries as splits
from market.splits import tree as trees
from market.splits.models import Distribution, DistributionLeg
from market.splits.remaining import LEFT
from market.withholding import queries
from market.withholding.errors import NotASharer, NothingToWithhold, RedirectToItself, ShareUnderComplaint
from market.withholding.models import WithheldShare
from market.withholding.queries import COMPLAINT, Ground
from market.withholding.rules import review_due
from market.withholding.schemas import DecideShare, RedirectShare, WithheldShareView, WithholdShare
from market.withholding.states import WAITING, WITHHELD, WithheldAction, WithheldState


async def keep_back(act: Act, distribution: Distribution, leg: DistributionLeg, why: Ground | WithheldShare) -> None:
    """Note that a share of money that is being distributed is kept back, in the caller's unit, which has booked it."""
    amount = Money(leg.amount_minor, leg.currency)
    if isinstance(why, WithheldShare):
        why.distribution_id, why.n, why.asset_id = distribution.id, leg.n, leg.asset_id
        why.amount_minor, why.currency, why.due_at = amount.minor, amount.currency, review_due(act.today)
        facts = {"amount": str(amount)}
        parties = [why.party_id]
        await lifecycle.advance(
            act.by(SYSTEM), why, WITHHELD, WithheldAction.HOLD, Role.SYSTEM, parties=parties, **facts
        )
        return
    row = _row(act, distribution.order_id, str(leg.party_id), amount, why)
    row.distribution_id, row.n, row.asset_id = distribution.id, leg.n, leg.asset_id
    await _begin(act.by(SYSTEM), row)


def _row(act: Act, order_id: str, party_id: str, amount: Money, why: Ground) -> WithheldShare:
    return WithheldShare(
        id=ids.new("wth"),
        order_id=order_id,
        party_id=party_id,
        amount_minor=amount.minor,
        taken_minor=0,
        currency=amount.currency,
        ground=why.ground,
        reference=why.reference or None,
        basis=why.basis,
        due_at=review_due(act.today),
        created_at=act.at,
    )


async def _begin(act: Act, row: WithheldShare) -> None:
    facts = {"order": row.order_id, "amount": str(row.held), "ground": row.ground, "reference": row.reference}
    await lifecycle.begin_in(act, row, WITHHELD, WithheldState.HELD, parties=[row.party_id], **facts)


async def withhold(act: Act, order_id: str, data: WithholdShare) -> list[WithheldShareView]:
    """The clearing officer keeps a party's share of an order back: what is not paid out yet, or what is to come.

    Raises NotASharer for whoever does not share, and NothingToWithhold where all of it is paid out or kept back.
    """
    order = await locked(act.session, Order, order_id)
    why = Ground("decision", "", data.basis)
    rows = (await act.session.scalars(select(Distribution).where(Distribution.order_id == order_id))).all()
    if not rows:
        return [queries.view(await _ordered(act, order, data.party_id, why), act.actor)]
    kept = [row for each in rows for row in await _keep_back_payable(act, each, data.party_id, why)]
    if not kept:
        raise NothingToWithhold(party=data.party_id, order=order_id, left=str(Money(0, order.currency)))
    return [queries.view(row, act.actor) for row in kept]


async def _ordered(act: Act, order: Order, party_id: str, why: Ground) -> WithheldShare:
    agreement = None if order.agreement_id is None else await act.session.get(Agreement, order.agreement_id)
    if agreement is None or agreement.in_force_at is None:
        raise NotFound(kind="agreement", id=order.agreement_id or order.id)
    sharers = sorted(trees.parties(await splits.tree_of(act.session, agreement)))
    if party_id not in sharers:
        raise NotASharer(order=order.id, sharers=sharers)
    if (standing := await queries.ordered(act.session, order.id, party_id)) is not None:
        return standing
    row = _row(act, order.id, party_id, Money(0, order.currency), why)
    await lifecycle.begin(act, row, WITHHELD, parties=[party_id], order=order.id, ground=why.ground)
    return row


async def _keep_back_payable(act: Act, of: Distribution, party_id: str, why: Ground) -> list[WithheldShare]:
    """Keep back what is still payable of a party's shares of one distribution; the books' lock orders rivals."""
    legs = select(DistributionLeg).where(DistributionLeg.distribution_id == of.id, DistributionLeg.party_id == party_id)
    before = await queries.held_of(act.session, of.id)
    kept = []
    for leg in (await act.session.scalars(legs.order_by(DistributionLeg.n))).all():
        earlier = [row for row in before if row.n == leg.n]
        if any(row.status is WithheldState.HELD for row in earlier):
            continue
        left = await books.balance(act.session, book.payable(party_id), leg.currency)
        minor = min(left.minor, leg.amount_minor - await _gone(act, leg, earlier))
        if minor <= 0:
            continue
        row = _row(act, of.order_id, party_id, Money(minor, leg.currency), why)
        row.distribution_id, row.n, row.asset_id = of.id, leg.n, leg.asset_id
        await _begin(act, row)
        await ledger.post(act, book.kept_back(row.id, row.order_id, party_id, row.held))
        kept.append(row)
    return kept


async def _gone(act: Act, leg: DistributionLeg, kept: Sequence[WithheldShare]) -> int:
    """What its party has lost of a share: what refunds and credits took of it, and what was redirected.

    What was taken while it was kept back is noted there; what both took, wherever from, is noted with the share.
    """
    mine = (DistributionLeg.distribution_id == leg.distribution_id, DistributionLeg.n == leg.n)
    left = int(await act.session.scalar(select(LEFT).where(*mine)) or 0)
    redirected = sum(row.held.minor for row in kept if row.status is WithheldState.REDIRECTED)
    return max(leg.amount_minor - left, sum(row.taken_minor for row in kept)) + redirected


async def keep_back_part(act: Act, of: Distribution, leg: DistributionLeg, minor: int, why: Ground) -> None:
    """Keep back at most an amount of one party's share, as far as it is payable still."""
    left = await books.balance(act.session, book.payable(str(leg.party_id)), leg.currency)
    if not (part := min(left.minor, minor)):
        return
    row = _row(act, of.order_id, str(leg.party_id), Money(part, leg.currency), why)
    row.distribution_id, row.n, row.asset_id = of.id, leg.n, leg.asset_id
    await _begin(act, row)
    await ledger.post(act, book.kept_back(row.id, row.order_id, row.party_id, row.held))


async def keep_back_later(act: Act, order: Order, party_id: str, why: Ground) -> None:
    """Keep a party's share of an order back when it is settled, unless that is ordered already."""
    if await queries.ordered(act.session, order.id, party_id) is None:
        row = _row(act, order.id, party_id, Money(0, order.currency), why)
        await lifecycle.begin(act, row, WITHHELD, parties=[party_id], order=order.id, ground=why.ground)


async def release_for(act: Act, ground: str, reference: str) -> None:
    """The ground for keeping shares back is gone: what is kept back for it is released, what was ordered is lifted."""
    query = select(WithheldShare).where(WithheldShare.ground == ground, WithheldShare.reference == reference)
    for row in (await act.session.scalars(query.order_by(WithheldShare.id).with_for_update())).all():
        if row.status is WithheldState.ORDERED:
            await lifecycle.advance(act, row, WITHHELD, WithheldAction.LIFT, Role.SYSTEM, parties=[row.party_id])
        elif row.status is WithheldState.HELD:
            await ledger.post(act, book.withheld_released(row.id, row.order_id, row.party_id, row.party_id, row.held))
            await lifecycle.advance(act, row, WITHHELD, WithheldAction.RELEASE, Role.SYSTEM, parties=[row.party_id])


async def lift(act: Act, share_id: str, data: DecideShare) -> WithheldShareView:
    """Take back a decision to keep a share back, before the order was settled."""
    row = await locked(act.session, WithheldShare, share_id)
    await _decide(act, row, WithheldAction.LIFT, data.basis)
    return queries.view(row, act.actor)


async def release(act: Act, share_id: str, data: DecideShare) -> WithheldShareView:
    """Let the party have the share that was kept back."""
    row = await locked(act.session, WithheldShare, share_id)
    await _decide(act, row, WithheldAction.RELEASE, data.basis)
    await ledger.post(act, book.withheld_released(row.id, row.order_id, row.party_id, row.party_id, row.held))
    return queries.view(row, act.actor)


async def redirect(act: Act, share_id: str, data: RedirectShare) -> WithheldShareView:
    """Give the share to somebody else, whose it turned out to be; raises RedirectToItself, NotFound."""
    row = await locked(act.session, WithheldShare, share_id)
    to = await one(act.session, Party, ids.require("pty", data.party_id))
    if to.id == row.party_id:
        raise RedirectToItself(party=to.id)
    row.redirected_to = to.id
    await _decide(act, row, WithheldAction.REDIRECT, data.basis, to=to.id)
    await ledger.post(act, book.withheld_released(row.id, row.order_id, row.party_id, to.id, row.held))
    return queries.view(row, act.actor)


async def _decide(act: Act, row: WithheldShare, action: WithheldAction, basis: str, **facts: str) -> None:
    if row.ground == COMPLAINT:
        raise ShareUnderComplaint(complaint=row.reference)
    row.decision_basis = basis
    parties: Iterable[str | None] = [row.party_id, row.redirected_to]
    await lifecycle.advance(act, row, WITHHELD, action, Role.CLEARING, parties=parties, basis=basis, **facts)


async def take(act: Act, order_id: str, party_id: str, money: Money) -> None:
    """Note what a credit takes of a party's shares of an order that are kept back, the earliest first.

    The caller books it out of their account, in the same unit, and has looked at what the account holds.
    """
    query = select(WithheldShare).where(
        WithheldShare.order_id == order_id,
        WithheldShare.party_id == party_id,
        WithheldShare.currency == money.currency,
        WithheldShare.status == WithheldState.HELD,
    )
    left = money.minor
    for row in (await act.session.scalars(query.order_by(WithheldShare.id).with_for_update())).all():
        part = min(left, row.held.minor)
        left -= part
        await take_of(act, row, part)


async def take_of(act: Act, row: WithheldShare, minor: int) -> None:
    """Note what goes back to the buyer of one share, its row locked; the caller books it in the same unit.

    Of a share that was redirected whoever got it gives it back; one that is used up while it is kept back is refunded.
    """
    row.taken_minor += minor
    if row.held.minor == 0 and row.status is WithheldState.HELD:
        await lifecycle.advance(
            act.by(SYSTEM), row, WITHHELD, WithheldAction.REFUND, Role.SYSTEM, parties=[row.party_id]
        )


async def remind(act: Act, share_id: str) -> bool:
    """Tell the clearing officer and the party that a decision is overdue, and set the next day; says whether it was."""
    row = await locked(act.session, WithheldShare, share_id)
    if row.status not in WAITING or row.due_at > act.at:
        return False
    was: datetime = row.due_at
    row.due_at = review_due(act.today)
    facts = {"order": row.order_id, "due_at": was.isoformat(), "next_due_at": row.due_at.isoformat()}
    record(act.by(SYSTEM), "market.withheld_share.reminded", row.id, parties=[row.party_id], facts=facts)
    return True
