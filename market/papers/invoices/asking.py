"""What a request for an invoice comes to, with everything that is wrong with it at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.terms.prices import Seller
from kernel.act import Act
from kernel.errors import FieldError
from kernel.identity.models import Party
from kernel.money import Money
from kernel.text import Text
from market.billing.models import BillLine
from market.papers.amounts.policies import INVOICING
from market.papers.details.models import InvoiceDetails
from market.papers.invoices.errors import InvoiceFaulty
from market.papers.invoices.models import InvoiceSubject
from market.papers.invoices.schemas import SUBJECTS_MAX, RequestInvoice
from market.papers.invoices.subjects import Sold, sold

LINES_MAX = 100
"""An invoice has no more; whoever has more asks for two."""

SHARES = "LT-INV-07"
"""The rule by which holders invoice their shares."""


@dataclass(frozen=True, slots=True)
class InvoiceDraft:
    """Whose invoice it would be, and what it would come to now."""

    seller: str
    mode: str
    gross: Money


async def invoice_draft(act: Act, data: RequestInvoice, buyer: InvoiceDetails) -> InvoiceDraft:
    """Look at a request whose subjects are locked; raises InvoiceFaulty."""
    there = {
        subject: one
        for subject, one in (await sold(act.session, data.kind, data.subjects)).items()
        if buyer.party_id == _buyer(one, data.kind)
    }
    centre = await act.session.scalar(select(Party.id).where(Party.centre)) or ""
    taken = await _taken(act.session, data)
    found = [fault for at, subject in enumerate(data.subjects)
             for fault in _of_subject(act, data, at, there.get(subject), taken, centre)]  # fmt: skip
    if not found:
        found = [*_together(data, list(there.values())), *_form(data, buyer, next(iter(there.values())))]
        if await _lines(act.session, data) > LINES_MAX:
            found.append(
                _fault("/subjects", f"一张发票最多 {LINES_MAX} 行", f"An invoice has {LINES_MAX} lines at most")
            )
    if found:
        raise InvoiceFaulty(errors=found, count=len(found))
    amounts = [_amount(one, data.kind) for one in there.values()]
    first = next(iter(there.values()))
    gross = sum(amounts, Money(0, first.gross.currency))
    return InvoiceDraft(_seller(first, data.kind, centre), str(first.mode), gross)


def _buyer(one: Sold, kind: str) -> str:
    """Who is invoiced: the buyer for what it bought, the provider for the fee, whoever sold for a share."""
    if one.share is not None:
        return one.share.payer
    return one.agreement.consumer if kind == "sale" else one.provider


def _amount(one: Sold, kind: str) -> Money:
    return one.fee if kind == "fee" else one.gross


def _seller(one: Sold, kind: str, centre: str) -> str:
    """By agreement the provider sells through the centre, or the centre itself; the fee is the centre's.

    A share is its holder's to invoice.
    """
    if one.share is not None:
        return one.share.holder
    return one.provider if kind == "sale" and one.mode is Seller.AGENT else centre


async def _taken(session: AsyncSession, data: RequestInvoice) -> Mapping[str, str]:
    """The live invoices of the subjects."""
    query = select(InvoiceSubject.subject, InvoiceSubject.invoice_id).where(
        InvoiceSubject.kind == data.kind, InvoiceSubject.subject.in_(data.subjects), InvoiceSubject.live
    )
    return {row.subject: row.invoice_id for row in await session.execute(query)}


def _of_subject(
    act: Act, data: RequestInvoice, at: int, one: Sold | None, taken: Mapping[str, str], centre: str
) -> Iterator[FieldError]:
    pointer = f"/subjects/{at}"
    if data.subjects.index(data.subjects[at]) != at:
        yield _fault(pointer, "重复列出", "It is named twice")
    if one is None:
        yield _fault(
            pointer,
            "本方名下没有该已结算的订单、已付账单或分成",
            "No settled order, paid bill or share of yours has this id",
        )
        return
    if one.subject in taken:
        told = taken[one.subject]
        yield _fault(pointer, f"已有发票 {told}", f"There is an invoice of it, {told}")
    days = INVOICING.at(act.today).body.request_days
    if act.at > one.distribution.created_at + timedelta(days=days):
        yield _fault(pointer, f"须在结算后 {days} 日内申请", f"Ask within {days} days from its settlement")
    if one.share is not None and one.share.kept_back:
        yield _fault(
            pointer, "该份分成尚被暂扣或已改付", "The share is kept back, or was paid to somebody else", SHARES
        )
    elif data.kind == "fee" and one.mode is Seller.PRINCIPAL:
        yield _fault(pointer, "由本中心销售的，不另收服务费", "Where the centre sells there is no fee to be invoiced")
    elif not _amount(one, data.kind).minor or _seller(one, data.kind, centre) == act.actor.party:
        yield _fault(pointer, "没有可开票的金额", "There is nothing to be invoiced")


def _together(data: RequestInvoice, all_: list[Sold]) -> Iterator[FieldError]:
    if len({one.gross.currency for one in all_}) > 1:
        yield _fault("/subjects", "须为同一币种", "Name what is in one currency")
    if data.kind == "sale":
        if len({(one.mode, one.provider) for one in all_}) > 1:
            yield _fault("/subjects", "须为同一销售方", "Name what one seller sold")
        if all_[0].mode is Seller.PRINCIPAL and len(all_) > 1:
            # What the centre sold was taxed sale by sale: two in one would differ from the books by a minor unit.
            yield _fault("/subjects", "由本中心销售的，一单一票", "What the centre sold is invoiced one by one")
    if data.kind == "share" and len(all_) > 1:
        yield _fault("/subjects", "每份分成各开一票", "Every share is invoiced by itself", SHARES)


def _form(data: RequestInvoice, buyer: InvoiceDetails, one: Sold) -> Iterator[FieldError]:
    currency = one.gross.currency
    if currency != "CNY" and data.form != "commercial":
        yield _fault("/form", f"{currency} 金额只能开具商业发票", f"Amounts in {currency} have a commercial invoice")
    if currency == "CNY" and data.form == "commercial" and buyer.country == "CN":
        yield _fault(
            "/form", "境内人民币交易请选 special 或 general", "Within China and in yuan ask for special or general"
        )


async def _lines(session: AsyncSession, data: RequestInvoice) -> int:
    """How many lines there would be: those of bills, and one for everything else."""
    if data.kind != "sale":
        return len(data.subjects)
    query = select(BillLine.bill_id).where(BillLine.bill_id.in_(data.subjects), BillLine.amount_minor != 0)
    of_bills = (await session.scalars(query.limit(LINES_MAX + SUBJECTS_MAX))).all()
    return len(of_bills) + len(set(data.subjects) - set(of_bills))


def _fault(pointer: str, chinese: str, english: str, rule: str = "LT-INV-01") -> FieldError:
    return FieldError(pointer, Text(chinese, english), rule)
