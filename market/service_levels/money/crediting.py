"""Crediting a breach: out of the provider's shares, with the tax that the centre has booked on them, to the buyer."""

from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal
from typing import Final

from sqlalchemy import select

from contracts.terms.prices import Seller
from kernel import lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import lock_name
from kernel.money import Money
from kernel.states import Role
from market.ledger import book
from market.ledger import commands as ledger
from market.ledger import queries as books
from market.service_levels import rules
from market.service_levels.models import ServiceWindow
from market.service_levels.money import fees
from market.service_levels.money.fees import Account
from market.service_levels.states import MISSED, SERVICE_WINDOW, WindowAction
from market.settlement.waterfall import TAX, net_of
from market.splits import queries as splits
from market.splits.models import LegCredit
from market.splits.remaining import TAX_LEG, ShareLeft, shares_of
from market.withholding import commands as withholding

CREDITED: Final[list[Callable[[Act, ServiceWindow, str], Awaitable[object]]]] = []
"""What else follows, in the same unit, once a breach was credited out of shares (`leg_credit`), by window and entry."""


async def advance(act: Act, row: ServiceWindow, action: WindowAction, **facts: str) -> None:
    """Move a window on, with what was counted in it."""
    said = {
        "agreement": row.agreement_id,
        "objective": row.objective,
        "good": str(row.good),
        "cured": str(row.cured),
        "total": str(row.total),
        "left_out": str(row.left_out),
        "rule": rules.MEASURED,
        **facts,
    }
    await lifecycle.advance(act.by(SYSTEM), row, SERVICE_WINDOW, action, Role.SYSTEM, parties=row.parties, **said)


async def pursue(act: Act, row: ServiceWindow, held: Account) -> None:
    """Take what earlier windows are still owed from what the provider has of this agreement by now."""
    short = select(ServiceWindow).where(
        ServiceWindow.agreement_id == row.agreement_id,
        ServiceWindow.status.in_(MISSED),
        ServiceWindow.credit_minor < ServiceWindow.owed_minor,
    )
    ordered = short.order_by(ServiceWindow.starts_on, ServiceWindow.id).with_for_update()
    for earlier in (await act.session.scalars(ordered)).all():
        await credit(act, earlier, held)


async def credit(act: Act, row: ServiceWindow, held: Account) -> None:
    """Take what is owed from what the provider has of this agreement: what is withheld first, then what is payable.

    What the centre itself sold bears its tax: the provider gives the net amount, and the output tax on it goes back.
    """
    owed = Money(row.owed_minor - row.credit_minor, row.currency)
    shares = await _shares(act, row) if owed.minor else []
    rate = await _rate(act, held, shares)
    limit = min(net_of(owed, rate).minor, sum(each.minor for each in shares))
    parts = await _sources(act, row, held, limit)
    net = sum((part.money for part in parts), Money(0, row.currency))
    if not net.minor:
        return
    taken = rules.reckoned(net.minor, [each.minor for each in shares], await _weights(act, row, held, shares))
    taxes = rules.taxes(owed, net, rate, taken, [each.tax_minor for each in shares])
    if tax := sum(taxes):
        parts.append(book.Part(book.VAT, Money(tax, row.currency)))
    await _book(act, row, held, parts)
    await _note(act, row, list(zip(shares, taken, taxes, strict=True)))


async def _shares(act: Act, row: ServiceWindow) -> list[ShareLeft]:
    """The provider's shares of the agreement; whoever takes back of them too waits until this unit ends."""
    seen = await shares_of(act.session, row.agreement_id, row.provider)
    for distribution_id in sorted({each.distribution.id for each in seen}):
        await lock_name(act.session, "distribution", distribution_id)
    return await shares_of(act.session, row.agreement_id, row.provider)


async def _rate(act: Act, held: Account, shares: Sequence[ShareLeft]) -> Decimal:
    """The rate of the output tax that the centre has booked on a price; none where the provider sold."""
    if not shares or (await splits.tree_of(act.session, held.agreement)).seller is not Seller.PRINCIPAL:
        return Decimal(0)
    return Decimal(TAX.version(shares[0].distribution.policies["tax"]["version"]).body.principal_rate)


async def _weights(act: Act, row: ServiceWindow, held: Account, shares: Sequence[ShareLeft]) -> list[int]:
    """What of each share's order or bill was paid for the window's time."""
    paid = await fees.paid(act, held)
    of_subject = {
        subject: rules.fee_of(
            [one for one in paid if one.subject == subject], (row.starts_on, row.ends_on), row.currency
        ).minor
        for subject in {one.subject for one in paid}
    }
    return [of_subject.get(each.distribution.subject, 0) for each in shares]


async def _sources(act: Act, row: ServiceWindow, held: Account, limit: int) -> list[book.Part]:
    """Where so much is taken from, or as much of it as is there."""
    parts = []
    for account in (book.withheld(held.order.id, row.provider), book.payable(row.provider)):
        available = await books.balance(act.session, account, row.currency)
        if (part := min(limit, available.minor)) > 0:
            parts.append(book.Part(account, Money(part, row.currency)))
            limit -= part
    return parts


async def _book(act: Act, row: ServiceWindow, held: Account, parts: Sequence[book.Part]) -> None:
    row.credits += 1
    for part in parts:  # Shares are locked before accounts, as where one is released.
        if part.account == book.withheld(held.order.id, row.provider):
            await withholding.take(act, held.order.id, row.provider, part.money)
    entry = book.service_credit(row.id, row.credits, held.order.id, row.consumer, parts)
    posted = await ledger.post(act.by(SYSTEM), entry)
    taken = sum((part.money for part in parts), Money(0, row.currency))
    row.credit_minor, row.ledger_entry_id = row.credit_minor + taken.minor, posted.id
    facts = {"credit": str(taken), "owed": str(Money(row.owed_minor, row.currency)), "entry": posted.id}
    await advance(act, row, WindowAction.CREDIT, **facts, rule=rules.CREDITED)


async def _note(act: Act, row: ServiceWindow, taken: Sequence[tuple[ShareLeft, int, int]]) -> None:
    """Keep what the credit took of each share and of the tax beside it."""
    legs: dict[tuple[str, int], int] = {}
    for share, minor, tax in taken:
        for n, part in ((share.n, minor), (TAX_LEG, tax)):
            key = (share.distribution.id, n)
            legs[key] = legs.get(key, 0) + part
    entry_id = str(row.ledger_entry_id)
    act.session.add_all(
        LegCredit(
            ledger_entry_id=entry_id,
            distribution_id=distribution_id,
            n=n,
            window_id=row.id,
            amount_minor=minor,
            created_at=act.at,
        )
        for (distribution_id, n), minor in legs.items()
        if minor
    )
    await act.session.flush()  # What follows reads it.
    for follow in CREDITED:
        await follow(act, row, entry_id)
