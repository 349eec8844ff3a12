"""Keeping back, of the shares of a distribution, what is in dispute of its amount; and letting it go again."""

from collections.abc import Sequence

from sqlalchemy import select

from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.money import Money
from market.ledger import book
from market.ledger import commands as ledger
from market.ledger import queries as books
from market.splits.models import Distribution, DistributionLeg
from market.withholding import commands, queries
from market.withholding.models import WithheldShare
from market.withholding.queries import Ground
from market.withholding.states import WithheldAction, WithheldState


async def hold_part(
    act: Act, of: Distribution, legs: Sequence[DistributionLeg], left: Sequence[int], money: Money, why: Ground
) -> Money:
    """Keep of each party's share what a refund of the amount would take of it, as far as it is payable; says how much.

    `left` is what remains of each share in minor units, in the order of the shares; tax and fee stay with the centre. A
    share that is kept back already is left as it is: nobody is paid it.
    """
    held = {row.n for row in await queries.held_of(act.session, of.id) if row.status is WithheldState.HELD}
    kept = Money(0, money.currency)
    if sum(left) == 0:
        return kept
    parts = Money(min(money.minor, sum(left)), money.currency).split(*left)
    for leg, part in zip(legs, parts, strict=True):
        if leg.party_id is None or leg.n in held:
            continue
        payable = await books.balance(act.session, book.payable(leg.party_id), leg.currency)
        if (minor := min(part.minor, payable.minor)) > 0:
            row = await commands.keep_part(act, of, leg, Money(minor, leg.currency), why)
            kept = kept + row.held
    return kept


async def let_go(act: Act, reference: str, basis: str) -> None:
    """Give back to their parties what is still kept back for one reference."""
    query = select(WithheldShare).where(
        WithheldShare.reference == reference, WithheldShare.status == WithheldState.HELD
    )
    rows = (await act.session.scalars(query.order_by(WithheldShare.id).with_for_update())).all()
    for row in rows:
        await commands.decide(act.by(SYSTEM), row, WithheldAction.RELEASE, basis)
        entry = book.withheld_released(row.id, row.order_id, row.party_id, row.party_id, row.held)
        await ledger.post(act.by(SYSTEM), entry)
