"""Issuing a paper: its number, its signed document and its row, in the unit that it comes of."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from kernel import ids
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.documents.commands import issue as issue_document
from kernel.time.clock import timestamp
from market.numbering.commands import take
from market.papers.models import Paper

SERIES: Final = {
    "invoice": "FP",
    "credit-note": "HZ",
    "monthly-statement": "DZ",
    "bill-statement": "ZM",
    "payout-advice": "FK",
    "tax-summary": "SH",
}
"""The series of each kind: 发票, 红字, 对账单, 账单明细, 付款通知, 税务汇总. Each runs without gaps."""


async def issue(
    act: Act,
    kind: str,
    subject: str,
    claims: Mapping[str, Any],
    *,
    party: str,
    parties: Iterable[str],
    currency: str,
) -> Paper:
    """Issue a paper of a kind about a subject; rivals for the number wait until the unit has ended."""
    [number] = await take(act, SERIES[kind])
    named = sorted({party, *parties})
    whole = {"number": number, "issued_at": timestamp(act.at), "currency": currency, **claims}
    document = await issue_document(act.by(SYSTEM), kind, subject.split("/", maxsplit=1)[0], whole, parties=named)
    row = Paper(
        id=ids.new("ppr"),
        kind=kind,
        number=number,
        subject=subject,
        party_id=party,
        parties=named,
        currency=currency,
        document_id=document.id,
        issued_at=act.at,
    )
    act.session.add(row)
    await act.session.flush()  # What refers to it is stored next, and a second one of its kind must be refused here.
    return row
