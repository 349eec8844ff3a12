"""Importing a statement: checked against what came before, stored as facts, and then booked line by line by a job."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import date

import msgspec
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.db import locked
from kernel.errors import FieldError, InvalidInput
from kernel.jobs.queue import enqueue
from kernel.log.record import record
from kernel.money import EXPONENTS, Money
from kernel.text import Text
from kernel.time.clock import timestamp
from market.banking import queries
from market.banking.errors import (
    BankAccountKnown,
    EntryBookedBefore,
    StatementAltered,
    StatementGap,
    StatementKnown,
    StatementOfAnotherAccount,
)
from market.banking.matching.names import account_key
from market.banking.models import BankAccount, BankEntry, BankStatement
from market.banking.reading import camt, table
from market.banking.reading.errors import ProfileUnknown, SerialRepeated
from market.banking.reading.facts import EntryFacts, StatementFacts
from market.banking.reading.profiles import PROFILES
from market.banking.schemas import BankAccountView, BankStatementView, OpenBankAccount


async def open_account(act: Act, data: OpenBankAccount) -> BankAccountView:
    """Register an account of the centre; raises BankAccountKnown."""
    opening = Money.of(data.opening_balance, "/opening_balance")
    if opening.currency != data.currency or data.currency not in EXPONENTS:
        text = Text(f"期初余额须以账户币种 {data.currency} 表示", f"Give the opening balance in {data.currency}")
        raise InvalidInput(errors=[FieldError("/opening_balance/currency", text)])
    key = account_key(data.number)
    known = select(BankAccount.id).where(BankAccount.number_key == key, BankAccount.currency == data.currency)
    if await act.session.scalar(known) is not None:
        raise BankAccountKnown(number=data.number, currency=data.currency)
    row = BankAccount(
        id=ids.new("bac"),
        holder=data.holder,
        number=data.number,
        number_key=key,
        currency=data.currency,
        bank_name=data.bank_name,
        bank_code=data.bank_code,
        payment_format=data.payment_format,
        opening_minor=opening.minor,
        created_at=act.at,
    )
    act.session.add(row)
    record(act, "market.bank_account.opened", row.id, facts={"number": data.number, "opening": str(opening)})
    await act.session.flush()  # The unique number must speak here, inside the unit.
    return await queries.account_view(act.session, row)


def read(form: str, profile: str | None, on: date, raw: bytes) -> StatementFacts:
    """A bank's file as facts; done at the desk. Raises what `reading` raises, and ProfileUnknown."""
    if form == "camt.053":
        return camt.read(raw)
    named = {each.id: each for each in PROFILES.at(on).body.profiles}
    if profile not in named:
        raise ProfileUnknown(profile=profile or "", allowed=sorted(named))
    return table.read(raw, named[profile])


async def take(act: Act, account_id: str, facts: StatementFacts, raw: bytes) -> BankStatementView:
    """Store a statement and its lines as facts, once; a job books them.

    Raises StatementOfAnotherAccount, StatementKnown, StatementAltered, StatementGap, EntryBookedBefore, SerialRepeated.
    """
    account = await locked(act.session, BankAccount, account_id)
    digest = hashlib.sha256(raw).hexdigest()
    _require_account(account, facts)
    await _require_new(act.session, account, facts, digest)
    last = await queries.last_statement(act.session, account.id)
    _require_next(account, last, facts)
    identities = _identities(facts.entries)
    await _require_unbooked(act.session, account, identities)
    row = BankStatement(
        id=ids.new("bst"),
        account_id=account.id,
        n=1 if last is None else last.n + 1,
        form=facts.form,
        number=facts.number,
        sequence=facts.sequence,
        opens_on=facts.opens_on,
        closes_on=facts.closes_on,
        opening_minor=facts.opening_minor,
        closing_minor=facts.closing_minor,
        currency=facts.currency,
        entry_count=len(facts.entries),
        file_sha256=digest,
        file=raw,
        imported_at=act.at,
    )
    act.session.add(row)
    await act.session.flush()  # Its lines refer to it.
    if facts.entries:
        rows = [
            _row(row, n, identity, each)
            for n, (identity, each) in enumerate(zip(identities, facts.entries, strict=True), start=1)
        ]
        await act.session.execute(insert(BankEntry), rows)
    closing = str(Money(facts.closing_minor, facts.currency))
    told = {"account": account.id, "number": facts.number, "sha256": digest, "closing": closing}
    record(act, "market.bank_statement.imported", row.id, facts=told)
    await enqueue(act.session, "banking.book", {"statement_id": row.id})
    return await queries.statement_view(act.session, row)


def _require_account(account: BankAccount, facts: StatementFacts) -> None:
    other = facts.account is not None and account_key(facts.account) != account.number_key
    if other or facts.currency != account.currency:
        raise StatementOfAnotherAccount(
            found=facts.account or "?", currency=facts.currency, wanted=f"{account.number} {account.currency}"
        )


async def _require_new(session: AsyncSession, account: BankAccount, facts: StatementFacts, digest: str) -> None:
    """The same file is known; the same number with another content was altered."""
    of_account = select(BankStatement).where(BankStatement.account_id == account.id)
    same = (await session.scalars(of_account.where(BankStatement.file_sha256 == digest))).first()
    if same is not None:
        raise StatementKnown(number=same.number, imported_at=timestamp(same.imported_at), statement=same.id)
    numbered = of_account.where(
        BankStatement.number == facts.number, BankStatement.sequence.is_not_distinct_from(facts.sequence)
    )
    before = (await session.scalars(numbered)).first()
    if before is not None:
        raise StatementAltered(number=facts.number, known=before.file_sha256, given=digest)


def _require_next(account: BankAccount, last: BankStatement | None, facts: StatementFacts) -> None:
    closing = account.opening_minor if last is None else last.closing_minor
    number = None if last is None else last.sequence
    consecutive = (
        number is None
        or facts.sequence is None
        or facts.sequence == number + 1
        or (facts.sequence == 1 and last is not None and facts.closes_on.year > last.closes_on.year)
    )
    if closing != facts.opening_minor or not consecutive:
        raise StatementGap(
            closing=str(Money(closing, account.currency)),
            last=number or "-",
            opening=str(Money(facts.opening_minor, account.currency)),
            sequence=facts.sequence or "-",
        )


def _identities(entries: Sequence[EntryFacts]) -> list[str]:
    """What makes each line this one: day, bank's reference, amount and sign; without a reference also its ordinal."""
    met: Counter[str] = Counter()
    found = []
    for each in entries:
        base = f"{each.booked_on:%Y%m%d}/{each.bank_reference or ''}/{each.detail}/{each.signed}"
        met[base] += 1
        if each.bank_reference is not None and met[base] > 1:
            raise SerialRepeated(serial=each.bank_reference)
        found.append(base if each.bank_reference is not None else f"{base}/{met[base]}")
    return found


async def _require_unbooked(session: AsyncSession, account: BankAccount, identities: Sequence[str]) -> None:
    known = select(BankEntry).where(BankEntry.account_id == account.id, BankEntry.identity.in_(identities))
    rows = (await session.scalars(known.order_by(BankEntry.n))).all()
    if rows:
        raise EntryBookedBefore(
            count=len(rows),
            statement=rows[0].statement_id,
            booked_on=rows[0].booked_on.isoformat(),
            reference=rows[0].bank_reference or "-",
            amount=str(rows[0].money),
        )


def _row(statement: BankStatement, n: int, identity: str, facts: EntryFacts) -> dict[str, object]:
    return {
        "id": ids.new("ben"),
        "account_id": statement.account_id,
        "statement_id": statement.id,
        "n": n,
        "identity": identity,
        "credit": facts.credit,
        "amount_minor": facts.minor,
        "currency": statement.currency,
        "booked_on": facts.booked_on,
        "value_on": facts.value_on,
        "bank_reference": facts.bank_reference,
        "end_to_end_id": facts.end_to_end_id,
        "remittance": facts.remittance,
        "counterparty": facts.counterparty,
        "counterparty_account": facts.counterparty_account,
        "facts": msgspec.to_builtins(facts),
    }
