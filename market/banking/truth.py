"""Whether the books agree with the banks: what each account holds in them is its last closing balance, to the cent."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.money import Money
from kernel.text import Text
from market.banking.models import BankAccount, BankEntry, BankMatch
from market.banking.queries import last_statement
from market.banking.states import MatchState
from market.ledger import queries as books
from market.ledger.book import Source, bank


async def differences(session: AsyncSession) -> list[tuple[str, Text]]:
    """Every account that differs, by how much, and each line that is not in the books yet: the cause, as a rule.

    `world:bank` holds what officers confirmed by hand; it is empty once the statements that show it are imported.
    """
    found: list[tuple[str, Text]] = []
    for account in (await session.scalars(select(BankAccount).order_by(BankAccount.id))).all():
        last = await last_statement(session, account.id)
        if last is None:
            continue
        booked = -(await books.balance(session, bank(account.id), account.currency)).minor
        moved = last.closing_minor - account.opening_minor
        if booked != moved:
            found.append((account.id, _differs(booked, moved, account.currency)))
            found += await _unbooked(session, account)
    if found or await session.scalar(select(BankAccount.id).limit(1)) is None:
        return found
    by_hand = [money for money in await books.balances_of(session, Source.BANK) if money.minor]
    return [(Source.BANK.value, _unseen(money)) for money in by_hand]


def _differs(booked: int, moved: int, currency: str) -> Text:
    ours, theirs, off = (Money(minor, currency) for minor in (booked, moved, booked - moved))
    return Text(
        f"账簿记 {ours}，银行对账单自期初变动 {theirs}，差 {off}",
        f"The books have {ours}; by its statements the account moved by {theirs}: a difference of {off}",
    )


def _unseen(money: Money) -> Text:
    shown = Money(-money.minor, money.currency)
    return Text(f"人工确认的 {shown} 尚未见于对账单", f"{shown} confirmed by hand is on no statement yet")


async def _unbooked(session: AsyncSession, account: BankAccount) -> list[tuple[str, Text]]:
    query = (
        select(BankEntry, BankMatch)
        .outerjoin(BankMatch, BankMatch.id == BankEntry.id)
        .where(BankEntry.account_id == account.id)
        .where(BankMatch.id.is_(None) | (BankMatch.status == MatchState.UNEXPLAINED))
        .order_by(BankEntry.id)
        .limit(100)
    )
    sign = {True: "+", False: "-"}
    return [
        (
            entry.id,
            Text(
                f"{entry.booked_on} {sign[entry.credit]}{entry.money} 尚未入账",
                f"{sign[entry.credit]}{entry.money} of {entry.booked_on} is not in the books yet",
            ),
        )
        for entry, _ in await session.execute(query)
    ]
