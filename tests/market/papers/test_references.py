"""The buyer's own references on the papers: its purchase-order number and its cost centre."""

import pytest

from market.papers.forms.invoices import invoice
from market.papers.forms.statements import monthly

PARTY = {"name": "买方", "uscc": "91110000000000000A"}
NOTHING = {"count": "0", "gross": "0.00", "tax": "0.00", "fee": "0.00", "refunded": "0.00"}
MOVE = {"at": "2026-11-23T02:00:00Z", "kind": "sale_received", "subject": "ord_1", "other": "world", "amount": "1.00"}
MONTH = {
    "kind": "monthly-statement",
    "number": "MS-1",
    "period": "2026-11",
    "currency": "CNY",
    "issued_at": "2026-12-01T00:00:00Z",
    "party": PARTY,
    "traded": {"sold": NOTHING, "bought": NOTHING},
    "sections": [
        {
            "account": "escrow",
            "opening": "0.00",
            "closing": "2.00",
            "kinds": [{"kind": "sale_received", "count": "2", "amount": "2.00"}],
            "line_count": "2",
            "lines": [MOVE | {"reference": "PO-2026-0815 · CC-4711"}, MOVE | {"subject": "ord_2"}],
        }
    ],
}
INVOICE = {
    "kind": "invoice",
    "form": "commercial",
    "kind_of_sale": "sale",
    "mode": "agent",
    "number": "INV-1",
    "currency": "CNY",
    "issued_at": "2026-12-01T00:00:00Z",
    "buyer": PARTY,
    "seller": PARTY,
    "lines": [],
    "totals": [],
    "net": "0.00",
    "tax": "0.00",
    "gross": "0.00",
    "gross_in_capitals": None,
    "drawer": "system",
    "remark": None,
}


def test_a_statement_names_them_beside_the_order():
    lines = monthly(MONTH, "en").tables[-1].rows
    assert [row[2] for row in lines] == ["ord_1 · PO-2026-0815 · CC-4711", "ord_2"]


@pytest.mark.parametrize(("lang", "name"), [("zh", "买方采购订单号"), ("en", "Purchase order")])
def test_an_invoice_names_those_of_all_its_orders(lang, name):
    references = ["PO-2026-0815 · CC-4711", "PO-2026-0816"]
    made = invoice(INVOICE | {"references": references}, lang)
    assert {fact.name: fact.value for fact in made.facts}[name] == "PO-2026-0815 · CC-4711; PO-2026-0816"
    assert name not in {fact.name for fact in invoice(INVOICE, lang).facts}
