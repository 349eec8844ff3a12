"""The output tax of what the centre sells, as its papers have it: what month close compares with the books."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, func, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.terms.prices import Seller
from kernel.money import Money
from market.ledger.book import VAT
from market.ledger.models import Posting
from market.papers.credits.models import CreditNote
from market.papers.credits.states import CreditState
from market.papers.invoices.models import Invoice, InvoiceSubject
from market.papers.invoices.states import STANDING
from market.splits.models import Distribution, DistributionLeg, LegCredit, LegRefund
from market.splits.remaining import TAX_LEG


@dataclass(frozen=True, slots=True)
class OutputVat:
    """Output tax in one currency: invoiced, taken back by credit notes, and of sales that nobody had invoiced."""

    invoiced: Money
    credited: Money
    uninvoiced: Money

    @property
    def total(self) -> Money:
        """What is owed by these papers: `vat:output` holds as much, before anything was paid to the tax office."""
        return self.invoiced - self.credited + self.uninvoiced


async def taxed_currencies(session: AsyncSession) -> list[str]:
    """The currencies in which output tax was ever booked or invoiced."""
    booked = select(Posting.currency).where((Posting.credit == VAT) | (Posting.debit == VAT))
    invoiced = select(Invoice.currency).where(Invoice.kind == "sale", Invoice.mode == Seller.PRINCIPAL)
    return sorted(await session.scalars(union(booked, invoiced)))


async def output_vat(session: AsyncSession, currency: str, before: datetime) -> OutputVat:
    """The output tax of the centre's own sales up to a moment, in one currency.

    A sale that was settled is taxed whether or not its buyer asks for an invoice (未开票收入); a credit note that is
    lacking for a refund of an invoiced sale shows as a difference from the books.
    """
    own = (Invoice.kind == "sale", Invoice.mode == Seller.PRINCIPAL, Invoice.currency == currency)
    standing = (*own, Invoice.status.in_(STANDING))
    invoiced = select(func.sum(Invoice.tax_minor)).where(*standing, Invoice.issued_at < before)
    credited = (
        select(func.sum(CreditNote.tax_minor))
        .join(Invoice, Invoice.id == CreditNote.invoice_id)
        .where(*own, CreditNote.status != CreditState.VOID, CreditNote.issued_at < before)
    )
    settled = select(func.sum(DistributionLeg.amount_minor)).join(
        Distribution, Distribution.id == DistributionLeg.distribution_id
    )
    settled = settled.where(DistributionLeg.n == TAX_LEG, *_uninvoiced(currency, before))

    def gone(taken: type[LegRefund | LegCredit]) -> Select[int]:
        of = select(func.sum(taken.amount_minor)).join(Distribution, Distribution.id == taken.distribution_id)
        return of.where(taken.n == TAX_LEG, taken.created_at < before, *_uninvoiced(currency, before))

    async def money(query: Select[int]) -> Money:
        return Money(int(await session.scalar(query) or 0), currency)

    uninvoiced = await money(settled) - await money(gone(LegRefund)) - await money(gone(LegCredit))
    return OutputVat(await money(invoiced), await money(credited), uninvoiced)


def _uninvoiced(currency: str, before: datetime) -> tuple[ColumnElement[bool], ...]:
    """Money that was shared out by then, and of which no invoice had been issued by then that stands."""
    standing = exists().where(
        InvoiceSubject.subject == Distribution.subject,
        InvoiceSubject.kind == "sale",
        InvoiceSubject.live,
        Invoice.id == InvoiceSubject.invoice_id,
        Invoice.status.in_(STANDING),
        Invoice.issued_at < before,
    )
    return (Distribution.currency == currency, Distribution.created_at < before, ~standing)
