"""Issuing credit notes, by command and for refunds; registering the red number, and ending a note that is not red."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, select

from contracts.terms.prices import Seller
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import find_locked, hold, locked
from kernel.log.record import record
from kernel.money import Money
from kernel.states import Role
from market.papers import issuing
from market.papers.amounts.policies import INVOICING
from market.papers.amounts.rules import RateTotal, credited
from market.papers.credits import claims, errors, queries
from market.papers.credits.claims import Cause
from market.papers.credits.models import CreditNote, RedSlip
from market.papers.credits.schemas import CreditNoteView, IssueCreditNote, RegisterRed
from market.papers.credits.states import ALIVE, CREDIT_NOTE, GOOD, CreditAction, CreditState
from market.papers.invoices.commands import enter_fapiao, lock_subjects
from market.papers.invoices.errors import NotTheSeller
from market.papers.invoices.models import Invoice, InvoiceSubject
from market.papers.invoices.queries import AUDIENCE as INVOICES
from market.papers.invoices.queries import seller_role, stored_taxes, totals_of
from market.papers.invoices.schemas import EndInvoice
from market.papers.invoices.shares import share_id
from market.papers.invoices.states import STANDING
from market.refunds.paid import TAKEN
from market.service_levels.models import ServiceWindow
from market.service_levels.money.crediting import CREDITED
from market.splits.models import Distribution, LegCredit, LegRefund
from market.splits.remaining import FEE_LEG, TAX_LEG

ALLOWANCE: Final = "LT-SLA-05"
"""The rule by which a service credit lowers its invoice."""


async def issue(act: Act, invoice_id: str, data: IssueCreditNote) -> CreditNoteView:
    """The seller takes back of an invoice what was returned or allowed; raises CreditAboveInvoice, CreditInPart."""
    row = await locked(act.session, Invoice, invoice_id)
    INVOICES.require(act.actor, row.id, row.seller, row.buyer)
    if act.actor.party != row.seller:
        raise NotTheSeller(seller=row.seller)
    note = await credit(act, row, Money.of(data.amount, "/amount"), data.reason, remark=data.remark)
    return await queries.view(act, note)


async def credit(
    act: Act,
    invoice: Invoice,
    money: Money,
    reason: str,
    *,
    remark: str = "",
    tax: Money | None = None,
    cause: Cause | None = None,
) -> CreditNote:
    """Issue the credit note of a part or the rest of a locked invoice, under the next number.

    `tax` is what the books took back of the output tax, where the centre sold. Raises InvoiceNotIssued,
    CreditAboveInvoice and CreditInPart.
    """
    if invoice.status not in STANDING:
        raise errors.InvoiceNotIssued(invoice=invoice.id, state=str(invoice.status))
    remaining = Money(invoice.gross_minor - invoice.credited_minor, invoice.currency)
    if money.currency != invoice.currency or not 0 < money.minor <= remaining.minor:
        raise errors.CreditAboveInvoice(number=invoice.number, remaining=str(remaining), amount=str(money))
    if reason != "04" and money != remaining:
        raise errors.CreditInPart(reason=reason, remaining=str(remaining))
    totals = credited(await _remaining(act, invoice), money, tax)
    note = _note(act, invoice, totals, reason, remark, cause)
    parties = (invoice.seller, invoice.buyer)
    said = claims.credit_note(note, invoice, totals, dict(invoice.seller_details or {}), cause)
    paper = await issuing.issue(
        act, "credit-note", note.id, said, party=invoice.seller, parties=parties, currency=invoice.currency
    )
    note.number, note.paper_id = paper.number, paper.id
    invoice.credited_minor += money.minor
    state = CreditState.ISSUED if invoice.form == "commercial" else CreditState.PENDING_RED
    facts: dict[str, Any] = {"number": note.number, "invoice": invoice.id, "amount": str(money), "reason_code": reason}
    if isinstance(cause, ServiceWindow):
        facts |= {"window": cause.id, "rule": ALLOWANCE}
    await lifecycle.begin_in(act, note, CREDIT_NOTE, state, parties=parties, **facts)
    return note


def _note(
    act: Act, invoice: Invoice, totals: list[RateTotal], reason: str, remark: str, cause: Cause | None
) -> CreditNote:
    days = timedelta(days=INVOICING.at(act.today).body.red_days)
    return CreditNote(
        id=ids.new("crn"),
        invoice_id=invoice.id,
        seller=invoice.seller,
        buyer=invoice.buyer,
        reason=reason,
        currency=invoice.currency,
        gross_minor=sum(each.gross.minor for each in totals),
        tax_minor=sum(each.tax.minor for each in totals),
        totals=stored_taxes(totals),
        refund_id=cause if isinstance(cause, str) else None,
        service_window_id=cause.id if isinstance(cause, ServiceWindow) else None,
        remark=remark,
        due_at=None if invoice.form == "commercial" else act.at + days,
        issued_at=act.at,
    )


async def _remaining(act: Act, invoice: Invoice) -> list[RateTotal]:
    """What is left of each rate after the credit notes that stand."""
    query = select(CreditNote).where(CreditNote.invoice_id == invoice.id, CreditNote.status != CreditState.VOID)
    left = {each.rate: each for each in totals_of(invoice)}
    for note in await act.session.scalars(query):
        for each in totals_of(note):
            before = left[each.rate]
            left[each.rate] = RateTotal(each.rate, before.net - each.net, before.tax - each.tax)
    return list(left.values())


async def credit_refund(act: Act, refund_id: str, reason: str = "04") -> list[CreditNote]:
    """Credit what a refund took back of sales and fees that were invoiced; for whoever has just booked the refund.

    A card dispute that was lost is one too. Looks at the refund's own rows (`leg_refund`). What was not invoiced needs
    no credit note, and what is invoiced later is invoiced without it. A refund that was credited before gives nothing.
    """
    return await _credit_taken(act, LegRefund, LegRefund.refund_id == refund_id, refund_id, reason)


async def credit_service(act: Act, window: ServiceWindow, ledger_entry_id: str) -> list[CreditNote]:
    """Credit what a breach of a service level took of sales that were invoiced, as an allowance of their seller.

    For whoever has just booked the credit; looks at the credit's own rows (`leg_credit`).
    """
    return await _credit_taken(act, LegCredit, LegCredit.ledger_entry_id == ledger_entry_id, window, "04")


async def _credit_taken(
    act: Act, rows: type[LegRefund | LegCredit], mine: ColumnElement[bool], cause: Cause, reason: str
) -> list[CreditNote]:
    query = (
        select(Distribution.subject, Distribution.id, rows.n, rows.amount_minor, Distribution.currency)
        .join(Distribution, Distribution.id == rows.distribution_id)
        .where(mine)
    )
    taken: dict[str, dict[int, Money]] = {}
    for subject, distribution_id, n, minor, currency in await act.session.execute(query):
        for one in (subject, share_id(distribution_id, n)):
            taken.setdefault(one, {})[n] = Money(minor, currency)
    invoices = await _invoices_of(act, list(taken))
    made = []
    for (subject, kind), invoice in sorted(invoices.items(), key=lambda each: (each[0][0], each[0][1] == "fee")):
        legs, nothing = taken[subject], Money(0, invoice.currency)
        money = legs.get(FEE_LEG, nothing) if kind == "fee" else sum(legs.values(), nothing)
        made += await _credit_one(act, cause, invoice, money, legs.get(TAX_LEG, nothing), reason)
    return made


async def _invoices_of(act: Act, subjects: list[str]) -> dict[tuple[str, str], Invoice]:
    """The invoices of subjects that stand, by subject and kind; all are locked before the first number is taken.

    Whoever credits one of them by command holds it while it waits for its number.
    """
    await lock_subjects(act, subjects)
    query = (
        select(InvoiceSubject.subject, InvoiceSubject.kind, Invoice)
        .join(Invoice, Invoice.id == InvoiceSubject.invoice_id)
        .where(InvoiceSubject.subject.in_(subjects), InvoiceSubject.live, Invoice.status.in_(STANDING))
        .order_by(Invoice.id)
        .with_for_update(of=Invoice)
        .execution_options(populate_existing=True)
    )
    found = (await act.session.execute(query)).all()
    for row in found:
        hold(act.session, row.Invoice)
    return {(subject, kind): invoice for subject, kind, invoice in found}


async def _credit_one(
    act: Act, cause: Cause, invoice: Invoice, money: Money, tax: Money, reason: str
) -> list[CreditNote]:
    left = Money(invoice.gross_minor - invoice.credited_minor, invoice.currency)
    if not money.minor or not left.minor:
        return []
    if isinstance(cause, str):
        again = select(CreditNote.id).where(CreditNote.invoice_id == invoice.id, CreditNote.refund_id == cause)
        if await act.session.scalar(again) is not None:
            return []
    # What the seller has credited already by itself is not credited twice, and never keeps a refund from its buyer.
    whole = money.minor >= left.minor
    principal = invoice.kind == "sale" and invoice.mode == Seller.PRINCIPAL
    booked = tax if principal and money.minor <= left.minor else None
    by, why = act.by(SYSTEM), reason if whole else "04"
    return [await credit(by, invoice, left if whole else money, why, tax=booked, cause=cause)]


async def _of_seller(act: Act, credit_note_id: str) -> tuple[CreditNote, Role]:
    row = await locked(act.session, CreditNote, credit_note_id)
    queries.AUDIENCE.require(act.actor, row.id, row.seller, row.buyer)
    if act.actor.party != row.seller:
        raise NotTheSeller(seller=row.seller)
    return row, seller_role(act.actor)


async def register(act: Act, credit_note_id: str, data: RegisterRed) -> CreditNoteView:
    """Enter the number of the red invoice, by the slip that it was issued by; raises SlipNotConfirmed and others."""
    row, role = await _of_seller(act, credit_note_id)
    CREDIT_NOTE.next(row.status, CreditAction.REGISTER, role)
    slip = await act.session.scalar(
        select(RedSlip).where(RedSlip.credit_note_id == row.id, RedSlip.status.in_(GOOD)).with_for_update()
    )
    if slip is None or slip.number != data.slip_number:
        raise errors.SlipNotConfirmed(number=row.number, slip=data.slip_number)
    await enter_fapiao(act, row.id, data, row.issued_at)
    row.slip_number, row.fapiao_number, row.fapiao_on = slip.number, data.fapiao_number, data.registered_on
    row.due_at = None
    parties, facts = (row.seller, row.buyer), {"fapiao_number": data.fapiao_number, "slip": slip.number}
    await lifecycle.advance(act, row, CREDIT_NOTE, CreditAction.REGISTER, role, parties=parties, **facts)
    return await queries.view(act, row)


async def void(act: Act, credit_note_id: str, data: EndInvoice) -> CreditNoteView:
    """Take back a credit note that has no red number and no slip that is alive; the invoice has its amount again.

    Raises NotTheSeller, SlipPending, and CreditOfMoneyReturned for one that the books made.
    """
    row, role = await _of_seller(act, credit_note_id)
    CREDIT_NOTE.next(row.status, CreditAction.VOID, role)
    if cause := row.refund_id or row.service_window_id:
        raise errors.CreditOfMoneyReturned(number=row.number, cause=cause)
    alive = await alive_slip(act, row.id)
    if alive is not None:
        raise errors.SlipPending(number=row.number, slip=alive.number, code=str(alive.status))
    invoice = await locked(act.session, Invoice, row.invoice_id)
    invoice.credited_minor -= row.gross_minor
    row.end_reason, row.due_at = data.reason, None
    parties = (row.seller, row.buyer)
    await lifecycle.advance(act, row, CREDIT_NOTE, CreditAction.VOID, role, parties=parties, reason=data.reason)
    return await queries.view(act, row)


async def alive_slip(act: Act, credit_note_id: str) -> RedSlip | None:
    """The slip of a credit note that may still lead to a red invoice."""
    mine = (RedSlip.credit_note_id == credit_note_id, RedSlip.status.in_(ALIVE))
    return await find_locked(act.session, select(RedSlip).where(*mine))


async def remind(act: Act, credit_note_id: str) -> bool:
    """Tell both sides that the red invoice is late, and set the next day; says whether it was."""
    row = await locked(act.session, CreditNote, credit_note_id)
    if row.due_at is None or row.due_at > act.at:
        return False
    was: datetime = row.due_at
    row.due_at = act.at + timedelta(days=INVOICING.at(act.today).body.remind_days)
    facts = {"number": row.number, "due_at": was.isoformat(), "next_due_at": row.due_at.isoformat()}
    record(act.by(SYSTEM), "market.credit_note.reminded", row.id, parties=[row.seller, row.buyer], facts=facts)
    return True


if credit_refund not in TAKEN:
    TAKEN.append(credit_refund)
if credit_service not in CREDITED:
    CREDITED.append(credit_service)
