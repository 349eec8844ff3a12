"""Which layout a kind of paper has."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from kernel.text import Lang
from market.papers.forms import invoices, statements
from market.papers.forms.sheet import Sheet

LAYOUTS: Final[dict[str, Callable[[Mapping[str, Any], Lang], Sheet]]] = {
    "invoice": invoices.invoice,
    "credit-note": invoices.credit_note,
    "monthly-statement": statements.monthly,
    "bill-statement": statements.bill,
    "payout-advice": statements.payout,
    "tax-summary": statements.taxes,
}


def sheet(kind: str, claims: Mapping[str, Any], lang: Lang) -> Sheet:
    """A paper laid out; raises LookupError for a document that is no paper."""
    return LAYOUTS[kind](claims, lang)


TEMPLATE_FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {"paper_sheet": sheet}
"""What the pages of papers are made of."""
