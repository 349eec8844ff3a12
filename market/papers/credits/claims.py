"""What a credit note says, as its document keeps it: the amounts of a red invoice are below zero."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from kernel.money import Money
from kernel.text import Text
from kernel.time.clock import timestamp
from market.papers.amounts.policies import INVOICING
from market.papers.amounts.rules import RateTotal
from market.papers.credits.models import CreditNote
from market.papers.invoices.claims import plain, sums
from market.papers.invoices.models import Invoice
from market.service_levels.models import ServiceWindow

NAMES: Final = {
    "01": Text("开票有误冲销", "Taken back: wrong invoice"),
    "02": Text("销货退回", "Taken back: returned"),
    "03": Text("服务中止", "Taken back: service ended"),
    "04": Text("销售折让", "Allowance"),
}
"""The reasons of the tax system."""


Cause = str | ServiceWindow
"""What a credit note comes of where nobody issued it by hand: a refund or a lost card dispute by its id, or the window
of a service level that was breached."""


def credit_note(
    note: CreditNote,
    invoice: Invoice,
    totals: Sequence[RateTotal],
    seller: dict[str, Any],
    cause: Cause | None,
) -> dict[str, Any]:
    """The claims of a credit note that is being issued: a line for each rate, below zero."""
    classed = INVOICING.at(note.issued_at.date()).body.classes["fee" if invoice.kind == "fee" else "data"]
    nothing, name = Money(0, invoice.currency), NAMES[note.reason]
    lines = [
        {
            "n": n,
            "name_zh": f"*{classed.short_zh}*{name.zh}",
            "name_en": f"*{classed.short_en}*{name.en}",
            "class_code": classed.code,
            "net": plain(nothing - each.net),
            "rate": str(each.rate),
            "tax": plain(nothing - each.tax),
        }
        for n, each in enumerate(totals, start=1)
    ]
    return {
        "form": invoice.form,
        "credit_note_id": note.id,
        "reason": note.reason,
        "invoice": {
            "invoice_id": invoice.id,
            "number": invoice.number,
            "issued_at": timestamp(invoice.issued_at or note.issued_at),
            "fapiao_number": invoice.fapiao_number,
            "gross": plain(invoice.gross),
            "credited_before": plain(Money(invoice.credited_minor, invoice.currency)),
        },
        "seller": seller,
        "buyer": invoice.buyer_details,
        "lines": lines,
        **sums(totals, invoice.currency, sign=-1),
        "refund_id": note.refund_id,
        **({"service_window": _breached(cause)} if isinstance(cause, ServiceWindow) else {}),
        "remark": note.remark,
    }


def _breached(window: ServiceWindow) -> dict[str, str]:
    """Which window of which objective was breached, and its days, the last one included."""
    return {
        "window_id": window.id,
        "objective": window.objective,
        "since": window.starts_on.isoformat(),
        "until": (window.ends_on - timedelta(days=1)).isoformat(),
    }
