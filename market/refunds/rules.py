"""Pure rules of refunds: what each share gives back and out of where, who has to agree, how long a step may wait."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

import msgspec

from kernel.money import Money
from kernel.rules import policy
from market.ledger import book

Days = Annotated[int, msgspec.Meta(ge=1, le=90)]


class RefundPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days in calendar days; in a currency without an amount every refund is approved by a second officer."""

    approve_days: Days
    send_days: Days
    confirmation_days: Days
    approve_above_minor: dict[str, int]


POLICY: Final = policy.load("refunds", RefundPolicy, "market.refunds")


def needs_approval(money: Money, policy_: RefundPolicy) -> bool:
    """Whether a second officer has to approve."""
    return money.minor > policy_.approve_above_minor.get(money.currency, 0)


def portions(money: Money, remaining_minor: Sequence[int]) -> list[Money]:
    """What each share gives back, by what remains of it: never less than nothing, and never more than remains.

    The weights are what remains, and not the first shares: the largest remainder is not monotone in the amount, so
    differences of two splits can fall below nothing. Raises ValueError for more than remains in all.
    """
    total = sum(remaining_minor)
    if not 0 < money.minor <= total:
        raise ValueError(f"{money.minor} cannot be taken of {total} minor units")
    return money.split(*remaining_minor)


@dataclass(frozen=True, slots=True)
class Returned:
    """What a share, the `n`th of a distribution, gives back in minor units, out of an account of the centre's own
    (tax, fee) or a party's."""

    n: int
    account: str
    party: str | None
    minor: int


@dataclass(frozen=True, slots=True)
class HeldPart:
    """What of a share was kept back, in minor units: it is held still on an account, or was given to somebody else."""

    id: str
    n: int
    account: str
    redirected_to: str | None
    minor: int


@dataclass(frozen=True, slots=True)
class AccountPart:
    """An amount in minor units that an account gives, and what was kept back that becomes less by it."""

    account: str
    minor: int
    kept: str | None = None


def sources(
    returned: Sequence[Returned], kept: Sequence[HeldPart], payable_minor: Mapping[str, int]
) -> list[AccountPart]:
    """Out of which accounts shares give back: tax and fee out of the centre's own.

    A party's comes from what is kept back of that very share, then from whoever a part of it was given to, then from
    the party: from what is payable to it (by its account, in minor units), and what that lacks it owes (`clawback`).
    """
    left_payable = Counter(payable_minor)

    def owe(party: str, minor: int, of: str | None = None) -> list[AccountPart]:
        path = book.payable(party)
        now = min(minor, left_payable[path])
        left_payable[path] -= now
        parts = (AccountPart(path, now, of), AccountPart(book.clawback(party), minor - now, of))
        return [part for part in parts if part.minor]

    parts: list[AccountPart] = []
    for share in returned:
        if share.party is None:
            parts += [AccountPart(share.account, share.minor)] if share.minor else []
            continue
        left = share.minor
        of_share = [each for each in kept if each.n == share.n]
        for each in sorted(of_share, key=lambda each: each.redirected_to is not None):
            now = min(left, each.minor)
            left -= now
            if now and each.redirected_to is None:
                parts.append(AccountPart(each.account, now, each.id))
            elif now:
                parts += owe(str(each.redirected_to), now, each.id)
        parts += owe(share.party, left)
    return parts
