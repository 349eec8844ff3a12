"""Payouts by Stripe: the share moves to the party's account there, and from it to its bank; either can fail.

Each call bears the payout's id as its key, so that a repeat after a crash is the same call. What an event says is not
believed: the payout is read as it is now, and compared with ours in amount, currency and name.
"""

from typing import Any, Final

from sqlalchemy import select

from kernel import lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import find_locked, locked, one, unit
from kernel.errors import NotFound
from kernel.runtime import Runtime
from kernel.states import Role
from kernel.time.clock import day_in_china
from market.ledger import bank_book
from market.ledger import commands as ledger
from market.ledger.book import Source
from market.payments.errors import AmountMismatch, PaymentRefused
from market.payments.gateways.protocol import SeenPayout
from market.payments.gateways.registry import gateway
from market.payments.inbox import REACTIONS, Apply
from market.payouts.commands import confirming
from market.payouts.models import PayeeAccount, Payout
from market.payouts.states import PAYOUT, PayoutAction, PayoutState

METHOD: Final = "card"
"""The way of paying whose gateway is Stripe."""


async def send(runtime: Runtime, payout_id: str) -> None:
    """Transfer, then pay out; running again after a crash goes on where it ended.

    A transfer that is known is not asked for again: Stripe forgets a key after a day, and jobs may wait longer.
    """
    async with unit(runtime.sessions) as session:
        payout = await one(session, Payout, payout_id)
        account = await one(session, PayeeAccount, payout.payee_account_id)
    if payout.status is not PayoutState.SENT or payout.payout_reference is not None:
        return
    stripe = gateway(runtime, METHOD)
    if payout.transfer_reference is None:
        try:
            transfer = await stripe.transfer(
                payout.id, account.number, payout.money, order_id=payout.id, charge_reference=None
            )
        except PaymentRefused as refusal:
            await _refused(runtime, payout_id, str(refusal.facts["reason"]))
            return
        await _transferred(runtime, payout_id, str(transfer.reference))
    try:
        sent = await stripe.payout(payout.id, account.number, payout.money)
    except PaymentRefused as refusal:
        await _take_back(runtime, payout_id, str(refusal.facts["reason"]))
        return
    async with runtime.act() as act:
        row = await locked(act.session, Payout, payout_id)
        row.payout_reference = sent.reference


async def _refused(runtime: Runtime, payout_id: str, reason: str) -> None:
    async with runtime.act() as act:
        row = await locked(act.session, Payout, payout_id)
        if row.status is PayoutState.SENT and row.transfer_reference is None:
            await confirming.give_back(act, row, None, reason)


async def _transferred(runtime: Runtime, payout_id: str, reference: str) -> None:
    """The share has left the centre's balance at Stripe; whether it reaches a bank is told later."""
    async with runtime.act() as act:
        row = await locked(act.session, Payout, payout_id)
        if row.transfer_reference is None:
            row.transfer_reference = reference
            entry = bank_book.payout_confirmed(row.id, Source.STRIPE.value, row.money)
            await ledger.post(act.by(SYSTEM), entry)


async def _take_back(runtime: Runtime, payout_id: str, reason: str) -> None:
    """The party's bank has not taken it: the share comes back to the centre's balance, and is owed again."""
    async with runtime.act() as act:
        payout = await locked(act.session, Payout, payout_id)
        payout.bank_reason = payout.bank_reason or reason  # From now on no reversal of a part of it begins.
    assert payout.transfer_reference is not None
    if payout.arriving.minor:
        await gateway(runtime, METHOD).take_back(payout.id, payout.transfer_reference, payout.arriving)
    async with runtime.act() as act:
        row = await locked(act.session, Payout, payout_id)
        if row.status in (PayoutState.SENT, PayoutState.CONFIRMED):
            await confirming.give_back(act, row, Source.STRIPE.value, reason)
            row.returned_on = day_in_china(act.at)


async def follow(runtime: Runtime, event: dict[str, Any]) -> Apply:
    """Bring a payout to where it stands at Stripe; raises NotFound for one that is not ours, or not stored yet."""
    reference, there = str(event["data"]["object"]["id"]), str(event.get("account") or "")
    async with unit(runtime.sessions) as session:
        payout = await session.scalar(select(Payout).where(Payout.payout_reference == reference))
        if payout is None:
            raise NotFound(kind="payout", id=reference[:80])
        account = await one(session, PayeeAccount, payout.payee_account_id)
    if account.number != there:
        raise NotFound(kind="payout", id=reference[:80])
    seen = await gateway(runtime, METHOD).look_payout(reference, account.number)
    if (seen.money, seen.payout_id) != (payout.money, payout.id):
        raise AmountMismatch(expected=f"{payout.id} {payout.money}", received=f"{seen.payout_id} {seen.money}")
    if seen.state == "failed":
        await _take_back(runtime, payout.id, seen.reason or "failed")

    async def apply(act: Act) -> None:
        await _apply(act, payout.id, seen)

    return apply


async def _apply(act: Act, payout_id: str, seen: SeenPayout) -> None:
    row = await find_locked(act.session, select(Payout).where(Payout.id == payout_id))
    if row is not None and seen.state == "paid" and row.status is PayoutState.SENT:
        row.confirmed_on, row.due_at = day_in_china(act.at), None
        await lifecycle.advance(
            act.by(SYSTEM), row, PAYOUT, PayoutAction.CONFIRM, Role.SYSTEM, parties=[row.party_id], by="stripe"
        )


REACTIONS.update({"payout.paid": follow, "payout.failed": follow, "payout.canceled": follow})
