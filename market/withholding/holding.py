"""Keeping back, of the shares of a distribution, what is in dispute of its amount."""

from collections import Counter
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

    `left` is what remains of each share in minor units, in the order of the shares; tax and fee stay with the centre.
    What is kept back of a share already is nobody's to be paid, and counts: no more is taken than the share still has,
    so that what a party has from other orders is left alone.
    """
    held = Counter[int]()
    for row in await queries.held_of(act.session, of.id):
        if row.status is WithheldState.HELD and row.n is not None:
            held[row.n] += row.held.minor
    if sum(left) == 0:
        return
    parts = Money(min(money.minor, sum(left)), money.currency).split(*left)
    for leg, rest, part in zip(legs, left, parts, strict=True):
        if leg.party_id is not None and (minor := min(part.minor, rest - held[leg.n])) > 0:
            await commands.keep_back_part(act, of, leg, minor, why)
