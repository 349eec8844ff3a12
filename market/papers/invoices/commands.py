"""Asking for an invoice, issuing it, registering its number, and ending it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from contracts.terms.prices import Seller
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import lock_name, locked
from kernel.log.record import record
from kernel.money import Money
from kernel.states import Role
from kernel.time.clock import day_in_china
from kernel.views.audience import own_party
from market.orders.queries import references_of
from market.papers import issuing
from market.papers.amounts.policies import INVOICING, VAT, Taxpayer
from market.papers.amounts.rules import taxed
from market.papers.details import commands as details
from market.papers.invoices import claims, errors, queries
from market.papers.invoices.asking import InvoiceDraft, invoice_draft
from market.papers.invoices.models import Fapiao, Invoice, InvoiceSubject
from market.papers.invoices.schemas import EndInvoice, InvoiceView, IssueInvoice, RegisterFapiao, RequestInvoice
from market.papers.invoices.states import INVOICE, InvoiceAction
from market.papers.invoices.subjects import items, sold
from market.settlement.waterfall import TAX


async def lock_subjects(act: Act, subjects: Sequence[str]) -> None:
    """Whoever invoices or credits an order or a bill waits for whoever does; always in one order."""
    for subject in sorted(subjects):
        await lock_name(act.session, "invoicing", subject)


async def request(act: Act, data: RequestInvoice) -> InvoiceView:
    """The buyer asks for an invoice; raises InvoiceFaulty with every fault, and InvoiceDetailsMissing."""
    buyer = await details.of(act, own_party(act.actor))
    await lock_subjects(act, data.subjects)
    wanted: InvoiceDraft = await invoice_draft(act, data, buyer)
    row = Invoice(
        id=ids.new("ivc"),
        kind=data.kind,
        form=data.form,
        mode=wanted.mode,
        seller=wanted.seller,
        buyer=buyer.party_id,
        currency=wanted.gross.currency,
        gross_minor=wanted.gross.minor,
        tax_minor=0,
        credited_minor=0,
        totals=[],
        buyer_details=buyer.snapshot(),
        remark=data.remark,
        due_at=act.at + timedelta(days=INVOICING.at(act.today).body.issue_days),
        requested_at=act.at,
    )
    parties = (row.seller, row.buyer)
    await lifecycle.begin(act, row, INVOICE, parties=parties, kind_of_sale=row.kind, amount=str(row.gross))
    act.session.add_all(
        InvoiceSubject(invoice_id=row.id, subject=subject, kind=data.kind, live=True) for subject in data.subjects
    )
    await act.session.flush()  # The view shows what it is about.
    return await queries.view(act, row)


async def _of_seller(act: Act, invoice_id: str) -> tuple[Invoice, Role]:
    """An invoice of the actor's own party as its seller, locked; raises NotFound."""
    row = await locked(act.session, Invoice, invoice_id)
    queries.AUDIENCE.require(act.actor, row.id, row.seller, row.buyer)
    if act.actor.party != row.seller:
        raise errors.NotTheSeller(seller=row.seller)
    return row, queries.seller_role(act.actor)


async def issue(act: Act, invoice_id: str, data: IssueInvoice) -> InvoiceView:
    """Draw the invoice as it is now, under the next number; raises NothingToInvoice and InvoiceDetailsMissing."""
    subjects = await queries.subjects_of(act.session, invoice_id)
    await lock_subjects(act, subjects)  # Before the invoice, as whoever refunds them does.
    row, role = await _of_seller(act, invoice_id)
    INVOICE.next(row.status, InvoiceAction.ISSUE, role)
    said = await _drawn(act, row, subjects, data.drawer)
    parties = (row.seller, row.buyer)
    paper = await issuing.issue(act, "invoice", row.id, said, party=row.seller, parties=parties, currency=row.currency)
    row.number, row.paper_id, row.issued_at = paper.number, paper.id, act.at
    days = timedelta(days=INVOICING.at(act.today).body.register_days)
    row.due_at = None if row.form == "commercial" else act.at + days
    facts = {"number": paper.number, "amount": str(row.gross), "tax": str(Money(row.tax_minor, row.currency))}
    await lifecycle.advance(act, row, INVOICE, InvoiceAction.ISSUE, role, parties=parties, **facts)
    return await queries.view(act, row)


async def _drawn(act: Act, row: Invoice, subjects: Sequence[str], drawer: str) -> dict[str, Any]:
    """What the invoice says, computed from what is left of its orders and bills; its row gets the same figures."""
    seller = await details.of(act, row.seller)
    there = await sold(act.session, row.kind, subjects)
    taxpayer = Taxpayer(seller.taxpayer)
    all_items = [each for one in subjects for each in await items(act.session, there[one], row.kind, taxpayer)]
    gross = sum((each.gross for each in all_items), Money(0, row.currency))
    if gross.minor <= 0:
        raise errors.NothingToInvoice(invoice=row.id)
    principal = row.kind == "sale" and row.mode == Seller.PRINCIPAL
    known = {all_items[0].rate: there[subjects[0]].tax} if principal else None
    lines, totals = taxed([each for each in all_items if each.gross.minor], known)
    row.gross_minor, row.tax_minor = gross.minor, sum(each.tax.minor for each in totals)
    row.totals, row.seller_details = queries.stored_taxes(totals), seller.snapshot()
    orders = [there[one].agreement.order_id or "" for one in subjects]
    rules, rates = INVOICING.at(act.today), TAX if principal else VAT
    policies = dict.fromkeys([rules.ref, *(rates.at(there[one].on).ref for one in subjects)])
    return claims.invoice(
        row,
        lines,
        totals,
        seller=row.seller_details,
        drawer=drawer,
        subjects=subjects,
        references=sorted({*(await references_of(act.session, orders, row.buyer)).values()}),
        rules=rules.body,
        policies=list(policies),
    )


async def register(act: Act, invoice_id: str, data: RegisterFapiao) -> InvoiceView:
    """Enter the number that the tax system gave; raises FapiaoNumberFaulty and FapiaoNumberTaken."""
    row, role = await _of_seller(act, invoice_id)
    INVOICE.next(row.status, InvoiceAction.REGISTER, role)
    if row.form == "commercial":
        raise errors.NotForTheTaxSystem(paper=row.number)
    await enter_fapiao(act, row.id, data, row.issued_at)
    row.fapiao_number, row.fapiao_on, row.due_at = data.fapiao_number, data.registered_on, None
    facts = {"fapiao_number": data.fapiao_number}
    await lifecycle.advance(act, row, INVOICE, InvoiceAction.REGISTER, role, parties=(row.seller, row.buyer), **facts)
    return await queries.view(act, row)


async def enter_fapiao(act: Act, subject: str, data: RegisterFapiao, issued_at: datetime | None) -> None:
    """Keep a number of the tax system for one paper; raises FapiaoNumberFaulty and FapiaoNumberTaken."""
    earliest = day_in_china(issued_at or act.at)
    year = f"{data.registered_on.year % 100:02d}"
    if not earliest <= data.registered_on <= act.today or not data.fapiao_number.startswith(year):
        raise errors.FapiaoNumberFaulty(
            number=data.fapiao_number,
            registered_on=data.registered_on.isoformat(),
            earliest=earliest.isoformat(),
            latest=act.today.isoformat(),
        )
    values = {"subject": subject, "registered_on": data.registered_on, "created_at": act.at}
    made = await act.session.scalar(
        insert(Fapiao)
        .values(number=data.fapiao_number, **values)
        .on_conflict_do_nothing(index_elements=["number"])
        .returning(Fapiao.number)
    )
    if made is None:
        raise errors.FapiaoNumberTaken(number=data.fapiao_number)


async def withdraw(act: Act, invoice_id: str, data: EndInvoice) -> InvoiceView:
    """The buyer does not want the invoice any more that is not issued yet."""
    row = await locked(act.session, Invoice, invoice_id)
    queries.AUDIENCE.require(act.actor, row.id, row.seller, row.buyer)
    role = Role.BUYER if act.actor.party == row.buyer else queries.seller_role(act.actor)
    await _end(act, row, InvoiceAction.WITHDRAW, role, data.reason)
    return await queries.view(act, row)


async def void(act: Act, invoice_id: str, data: EndInvoice) -> InvoiceView:
    """The seller takes back an invoice before it has a number of the tax system; ours stays given."""
    row, role = await _of_seller(act, invoice_id)
    INVOICE.next(row.status, InvoiceAction.VOID, role)
    if row.credited_minor:
        raise errors.InvoiceCredited(number=row.number, credited=str(Money(row.credited_minor, row.currency)))
    await _end(act, row, InvoiceAction.VOID, role, data.reason)
    return await queries.view(act, row)


async def _end(act: Act, row: Invoice, action: InvoiceAction, role: Role, reason: str) -> None:
    row.end_reason, row.due_at = reason, None
    await lifecycle.advance(act, row, INVOICE, action, role, parties=(row.seller, row.buyer), reason=reason)
    mine = InvoiceSubject.invoice_id == row.id
    await act.session.execute(update(InvoiceSubject).where(mine).values(live=False))


async def remind(act: Act, invoice_id: str) -> bool:
    """Tell both sides that a step is late, and set the next day; what was refunded meanwhile needs no invoice."""
    row = await locked(act.session, Invoice, invoice_id)
    if row.due_at is None or row.due_at > act.at:
        return False
    by = act.by(SYSTEM)
    if INVOICE.initial == row.status:
        there = await sold(act.session, row.kind, await queries.subjects_of(act.session, row.id))
        if not any((one.fee if row.kind == "fee" else one.gross).minor for one in there.values()):
            await _end(by, row, InvoiceAction.WITHDRAW, Role.SYSTEM, "refunded")
            return True
    was: datetime = row.due_at
    row.due_at = act.at + timedelta(days=INVOICING.at(act.today).body.remind_days)
    facts = {"state": str(row.status), "due_at": was.isoformat(), "next_due_at": row.due_at.isoformat()}
    record(by, "market.invoice.reminded", row.id, parties=[row.seller, row.buyer], facts=facts)
    return True
