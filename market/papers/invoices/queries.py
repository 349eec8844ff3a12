"""Reading invoices."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.documents.models import Document
from kernel.money import Money
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.papers.amounts import en16931
from market.papers.amounts.rules import RateTotal
from market.papers.invoices.errors import InvoiceWithoutPaper
from market.papers.invoices.models import Invoice, InvoiceSubject
from market.papers.invoices.schemas import InvoiceView, RateTotalView
from market.papers.invoices.states import INVOICE, InvoiceState
from market.papers.models import Paper

AUDIENCE: Final = Audience("invoice", (Role.CLEARING, Role.REGULATOR, Role.AUDITOR))
"""Who may read an invoice besides its seller and its buyer."""


async def invoice(act: Act, invoice_id: str) -> InvoiceView:
    """An invoice, for its two sides and those who watch; raises NotFound for anybody else."""
    row = await one(act.session, Invoice, invoice_id)
    AUDIENCE.require(act.actor, row.id, row.seller, row.buyer)
    return await view(act, row)


async def invoices(act: Act, status: str | None, limit: int, cursor: str | None) -> Page[InvoiceView]:
    """The invoices that the actor may read, newest first."""
    query = select(Invoice).where(AUDIENCE.among(act.actor, Invoice.seller, Invoice.buyer))
    if status is not None:
        query = query.where(Invoice.status == InvoiceState(status))
    rows = await fetch(act.session, query, Invoice.id, limit=limit, cursor=cursor, newest_first=True)
    return await rows.awaiting(lambda row: view(act, row))


async def view(act: Act, row: Invoice) -> InvoiceView:
    """An invoice for the wire."""
    return shown(
        row,
        InvoiceView,
        subjects=list(await subjects_of(act.session, row.id)),
        allowed_actions=_actions(row, act.actor),
        gross=row.gross.view(),
        tax=Money(row.tax_minor, row.currency).view(),
        credited=Money(row.credited_minor, row.currency).view(),
        totals=[RateTotalView(str(each.rate), each.net.view(), each.tax.view()) for each in totals_of(row)],
    )


async def subjects_of(session: AsyncSession, invoice_id: str) -> Sequence[str]:
    """What an invoice is about."""
    query = select(InvoiceSubject.subject).where(InvoiceSubject.invoice_id == invoice_id)
    return (await session.scalars(query.order_by(InvoiceSubject.subject))).all()


def totals_of(row: Any) -> list[RateTotal]:
    """Net and tax by rate, as an invoice or a credit note keeps them."""
    return [
        RateTotal(Decimal(each["rate"]), Money(each["net_minor"], row.currency), Money(each["tax_minor"], row.currency))
        for each in row.totals
    ]


def stored_taxes(totals: Sequence[RateTotal]) -> list[dict[str, Any]]:
    """Net and tax by rate as they are stored."""
    return [{"rate": str(each.rate), "net_minor": each.net.minor, "tax_minor": each.tax.minor} for each in totals]


def seller_role(actor: Actor) -> Role:
    """As whom somebody of the seller acts: as its clearing officer, or as a provider."""
    return Role.CLEARING if actor.has(Role.CLEARING) else Role.PROVIDER


def _actions(row: Invoice, actor: Actor) -> list[str]:
    roles = [Role.BUYER] if actor.party == row.buyer else []
    roles += [seller_role(actor)] if actor.party == row.seller else []
    return sorted({str(action) for role in roles for action in INVOICE.actions(row.status, role)})


async def en16931_of(act: Act, invoice_id: str) -> dict[str, Any]:
    """An issued invoice by the business terms of EN 16931; raises NotFound, and InvoiceWithoutPaper for a draft."""
    row = await one(act.session, Invoice, invoice_id)
    AUDIENCE.require(act.actor, row.id, row.seller, row.buyer)
    if row.paper_id is None:
        raise InvoiceWithoutPaper(invoice=row.id)
    return en16931.invoice(await claims_of(act.session, row.paper_id))


async def claims_of(session: AsyncSession, paper_id: str) -> dict[str, Any]:
    """What a paper says."""
    paper = await session.get_one(Paper, paper_id)
    document = await session.get_one(Document, paper.document_id)
    claims: dict[str, Any] = document.body["credentialSubject"]
    return claims
