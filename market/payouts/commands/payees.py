"""Bank details: declared by the party, confirmed by a second channel, active after the days of cooling off."""

import hashlib
import secrets
from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import find_locked, locked, one
from kernel.errors import FieldError, InvalidInput
from kernel.identity.models import Party
from kernel.jobs.queue import enqueue
from kernel.log.record import record
from kernel.money import EXPONENTS
from kernel.states import Role
from kernel.text import Text
from kernel.views.audience import own_party
from market.banking.matching.names import same_name
from market.payouts import queries
from market.payouts.errors import AccountNumberFaulty, CodeWrong, PayeeNameDiffers, PayeePending
from market.payouts.models import PayeeAccount
from market.payouts.rules import POLICY, iban_holds
from market.payouts.schemas import (
    ConfirmPayeeAccount,
    DeclarePayeeAccount,
    PayeeAccountView,
    PayeeCodeView,
    RefuseBatch,
)
from market.payouts.states import OWNER, PAYEE_ACCOUNT, PENDING, PayeeAction, PayeeState

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


async def declare(act: Act, data: DeclarePayeeAccount) -> PayeeAccountView:
    """The party says where it is to be paid; from now on nothing is paid out until the new details are active.

    Raises PayeeNameDiffers, AccountNumberFaulty and PayeePending.
    """
    party = await locked(act.session, Party, own_party(act.actor))
    _require_number(data)
    if not same_name(data.holder, party.name):
        raise PayeeNameDiffers(holder=data.holder, name=party.name)
    waiting = await pending(act.session, party.id, data.currency)
    if waiting is not None:
        raise PayeePending(account=waiting.id, state=str(waiting.status))
    policy = POLICY.at(act.today).body
    row = PayeeAccount(
        id=ids.new("pac"),
        party_id=party.id,
        channel=data.channel,
        holder=data.holder,
        number=data.number.replace(" ", ""),
        bank_code=data.bank_code,
        bank_name=data.bank_name,
        currency=data.currency,
        code_sha256=None,
        code_issued_at=None,
        usable_from=act.at + timedelta(days=policy.cooling_days),
        lapses_at=act.at + timedelta(days=policy.confirm_days),
        end_reason=None,
        created_at=act.at,
    )
    facts = {"currency": row.currency, "channel": row.channel, "number_end": row.number[-4:]}
    await lifecycle.begin(act, row, PAYEE_ACCOUNT, parties=[party.id], **facts)
    return queries.payee_view(act, row)


def _require_number(data: DeclarePayeeAccount) -> None:
    if data.currency not in EXPONENTS:
        text = Text(f"币种应为以下之一：{', '.join(EXPONENTS)}", f"Use one of {', '.join(EXPONENTS)}")
        raise InvalidInput(errors=[FieldError("/currency", text)])
    plain = data.number.replace(" ", "")
    if data.channel == "stripe":
        holds = plain.startswith("acct_")
    elif data.bank_code is None:
        holds = False
    else:
        holds = plain.isdecimal() if data.bank_code.isdecimal() else iban_holds(plain)
    if not holds:
        raise AccountNumberFaulty(errors=[FieldError("/number", AccountNumberFaulty.detail, AccountNumberFaulty.rule)])


async def pending(session: AsyncSession, party_id: str, currency: str) -> PayeeAccount | None:
    """The change that waits, if one does."""
    query = select(PayeeAccount).where(PayeeAccount.party_id == party_id, PayeeAccount.currency == currency)
    return await find_locked(session, query.where(PayeeAccount.status.in_(PENDING)))


async def active(session: AsyncSession, party_id: str, currency: str) -> PayeeAccount | None:
    """The account that money may go to, if there is one."""
    query = select(PayeeAccount).where(PayeeAccount.party_id == party_id, PayeeAccount.currency == currency)
    return await find_locked(session, query.where(PayeeAccount.status == PayeeState.ACTIVE))


async def issue_code(act: Act, account_id: str) -> PayeeCodeView:
    """The officer takes a new code to the party by the contact that is registered for it; an earlier one is void."""
    row = await locked(act.session, PayeeAccount, account_id)
    PAYEE_ACCOUNT.next(row.status, PayeeAction.REJECT, Role.CLEARING)
    party = await one(act.session, Party, row.party_id)
    plain = "".join(secrets.choice(_ALPHABET) for _ in range(12))
    row.code_sha256, row.code_issued_at = _digest(row.id, plain), act.at
    record(act, "market.payee_account.code-issued", row.id, parties=[row.party_id])
    contact = {name: str(value) for name, value in party.contact.items() if isinstance(value, str)}
    return PayeeCodeView(row.id, party.name, contact, f"{plain[:4]}-{plain[4:8]}-{plain[8:]}", act.at)


def _digest(account_id: str, plain: str) -> str:
    return hashlib.sha256(f"{account_id}/{plain}".encode()).hexdigest()


async def confirm(act: Act, account_id: str, data: ConfirmPayeeAccount) -> PayeeAccountView:
    """The party proves that it is reached by the second channel; raises CodeWrong."""
    row = await _own(act, account_id)
    PAYEE_ACCOUNT.next(row.status, PayeeAction.CONFIRM, OWNER)
    plain = "".join(each for each in data.code.upper() if each.isalnum())
    given = _digest(row.id, plain)
    if row.code_sha256 is None or not secrets.compare_digest(given, row.code_sha256):
        raise CodeWrong
    row.code_sha256 = None
    await lifecycle.advance(act, row, PAYEE_ACCOUNT, PayeeAction.CONFIRM, OWNER, parties=[row.party_id])
    return queries.payee_view(act, row)


async def withdraw(act: Act, account_id: str) -> PayeeAccountView:
    """The party takes a change back; what was active before is paid to again."""
    row = await _own(act, account_id)
    await lifecycle.advance(act, row, PAYEE_ACCOUNT, PayeeAction.WITHDRAW, OWNER, parties=[row.party_id])
    return queries.payee_view(act, row)


async def _own(act: Act, account_id: str) -> PayeeAccount:
    row = await locked(act.session, PayeeAccount, account_id)
    queries.PAYEES.require_party(act.actor, account_id, row.party_id)
    return row


async def reject(act: Act, account_id: str, data: RefuseBatch) -> PayeeAccountView:
    """The officer could not reach the party, or it knows nothing of the change."""
    row = await locked(act.session, PayeeAccount, account_id)
    row.end_reason = data.reason
    await lifecycle.advance(
        act, row, PAYEE_ACCOUNT, PayeeAction.REJECT, Role.CLEARING, parties=[row.party_id], reason=data.reason
    )
    return queries.payee_view(act, row)


async def fall_due(act: Act, account_id: str) -> None:
    """What time does: a confirmed account becomes active and replaces the one before; what nobody confirmed lapses."""
    row = await locked(act.session, PayeeAccount, account_id)
    system = act.by(SYSTEM)
    parties = [row.party_id]
    if row.status is PayeeState.CONFIRMED and row.usable_from <= act.at:
        before = await active(act.session, row.party_id, row.currency)
        if before is not None:
            await lifecycle.advance(system, before, PAYEE_ACCOUNT, PayeeAction.REPLACE, Role.SYSTEM, parties=parties)
            await act.session.flush()  # Its place is free before the other takes it.
        await lifecycle.advance(system, row, PAYEE_ACCOUNT, PayeeAction.ACTIVATE, Role.SYSTEM, parties=parties)
        payload = {"party_id": row.party_id, "currency": row.currency}
        await enqueue(act.session, "payouts.make_due", payload)
    elif row.status is PayeeState.DECLARED and row.lapses_at <= act.at:
        row.end_reason = "not confirmed in time"
        await lifecycle.advance(system, row, PAYEE_ACCOUNT, PayeeAction.LAPSE, Role.SYSTEM, parties=parties)


async def close(act: Act, account_id: str, reason: str) -> None:
    """The bank says that the account is no account to pay to; the party declares another."""
    row = await locked(act.session, PayeeAccount, account_id)
    if row.status is PayeeState.ACTIVE:
        row.end_reason = reason
        await lifecycle.advance(
            act.by(SYSTEM), row, PAYEE_ACCOUNT, PayeeAction.CLOSE, Role.SYSTEM, parties=[row.party_id], reason=reason
        )
