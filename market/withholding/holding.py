"""Keeping back, of the shares of a distribution, what is in dispute of its amount."""

from collections.abc import Sequence

from kernel.act import Act
from kernel.money import Money
from market.splits.models import Distribution, DistributionLeg
from market.withholding import commands, queries
from market.withholding.queries import Ground
from market.withholding.states import WithheldState


async def hold_part(
    act: Act, of: Distribution, legs: Sequence[DistributionLeg], left: Sequence[int], money: Money, why: Ground
) -> None:
    """Keep of each party's share what a refund of the amount would take of it, as far as it is payable.

    `left` is what remains of each share in minor units, in the order of the shares; tax and fee stay with the centre. A
    share that is kept back already is left as it is: nobody is paid it.
    """
    held = {row.n for row in await queries.held_of(act.session, of.id) if row.status is WithheldState.HELD}
    if sum(left) == 0:
        return
    parts = Money(min(money.minor, sum(left)), money.currency).split(*left)
    for leg, part in zip(legs, parts, strict=True):
        if leg.party_id is not None and leg.n not in held:
            await commands.keep_back_part(act, of, leg, part.minor, why)
