"""What is owed becomes due: by threshold, day and days of holding, to an account that is active and unchanged."""

from datetime import timedelta

import msgspec
from sqlalchemy import func, select

from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import lock_name, one
from kernel.identity.models import Party
from kernel.identity.states import PartyState
from kernel.money import Money
from kernel.states import Role
from market.clawbacks import commands as clawbacks
from market.ledger import bank_book
from market.ledger import commands as ledger
from market.ledger import queries as books
from market.ledger.book import payable
from market.ledger.models import LedgerEntry, Posting
from market.payouts.commands import payees
from market.payouts.models import Payout
from market.payouts.rules import POLICY, Due, due, is_payout_day
from market.payouts.states import PAYOUT, PayoutAction, PayoutState

_BACK = ("payout_undone",)
"""What comes back was held before, and is not held again."""


async def payable_now(act: Act, party_id: str, currency: str) -> Due:
    """What of a party's balance is due now, and what keeps the rest."""
    policy = POLICY.at(act.today).body
    path = payable(party_id)
    balance = (await books.balance(act.session, path, currency)).minor
    since = act.at - timedelta(days=policy.hold_days)
    recent = await act.session.scalar(
        select(func.coalesce(func.sum(Posting.amount_minor), 0))
        .join(LedgerEntry, LedgerEntry.id == Posting.entry_id)
        .where(Posting.credit == path, Posting.currency == currency)
        .where(LedgerEntry.posted_at > since, LedgerEntry.kind.not_in(_BACK))
    )
    blocks = []
    party = await one(act.session, Party, party_id)
    if party.status is not PartyState.ADMITTED:
        blocks.append("party-not-admitted")
    if await payees.pending(act.session, party_id, currency) is not None:
        blocks.append("account-changing")
    elif await payees.active(act.session, party_id, currency) is None:
        blocks.append("no-active-account")
    return due(balance, int(recent or 0), currency, blocks, policy)


async def make_due(act: Act, party_id: str, currency: str) -> Payout | None:
    """Take what is due out of what is owed, on a payout day; gives nothing where nothing is.

    What the party owes for refunds is set off first, as far as the policy of clawbacks lets it.
    """
    policy = POLICY.at(act.today)
    await lock_name(act.session, "payout", party_id, currency)
    if not is_payout_day(act.today, policy.body):
        return None
    found = await payable_now(act, party_id, currency)
    account = await payees.active(act.session, party_id, currency)
    if found.due_minor == 0 or account is None:
        return None
    payout_id, in_all = ids.new("pyt"), Money(found.due_minor, currency)
    rest = in_all - await clawbacks.set_off(act, payout_id, party_id, in_all)
    row = Payout(
        id=payout_id,
        party_id=party_id,
        payee_account_id=account.id,
        batch_id=None,
        previous_id=await _returned(act, party_id, currency),
        amount_minor=rest.minor,
        currency=currency,
        policy=msgspec.to_builtins(policy.ref),
        bank_status=None,
        bank_reason=None,
        transfer_reference=None,
        payout_reference=None,
        confirmed_on=None,
        returned_on=None,
        due_at=act.at + timedelta(days=policy.body.approve_days),
        created_at=act.at,
    )
    system = act.by(SYSTEM)
    facts = {"amount": str(row.money), "account": account.id, "previous": row.previous_id}
    await lifecycle.begin(system, row, PAYOUT, parties=[party_id], **facts)
    await ledger.post(system, bank_book.payout_begun(row.id, party_id, row.money))
    return row


async def _returned(act: Act, party_id: str, currency: str) -> str | None:
    """The last payout that came back and that no other follows yet."""
    followed = select(Payout.previous_id).where(Payout.previous_id.is_not(None))
    query = select(Payout.id).where(
        Payout.party_id == party_id,
        Payout.currency == currency,
        Payout.status == PayoutState.RETURNED,
        Payout.id.not_in(followed),
    )
    return await act.session.scalar(query.order_by(Payout.id.desc()).limit(1))


async def cancel(act: Act, payout: Payout, role: Role, reason: str) -> None:
    """A payout that does not leave is owed again; its row is locked."""
    await ledger.post(act, bank_book.payout_undone(payout.id, payout.party_id, payout.money))
    payout.due_at = None
    await lifecycle.advance(act, payout, PAYOUT, PayoutAction.CANCEL, role, parties=[payout.party_id], reason=reason)
