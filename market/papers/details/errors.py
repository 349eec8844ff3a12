"""Refusals of invoicing details."""

from kernel.errors import Unprocessable
from kernel.text import Text


class InvoiceDetailsFaulty(Unprocessable):
    """Invoices name whoever is registered, by its code; addresses and accounts have a form."""

    title = Text("开票信息有误", "The invoicing details are faulty")
    detail = Text("开票信息有 {count} 处须更正，见 errors。", "The invoicing details have {count} faults, see errors.")
    rule = "LT-INV-02"


class InvoiceDetailsMissing(Unprocessable):
    """An invoice needs what it is to say of its seller and of its buyer."""

    title = Text("缺少开票信息", "The invoicing details are missing")
    detail = Text(
        "{party} 尚未填写开票信息；请先以 PUT /v1/invoice-details 填写。",
        "{party} has given no invoicing details; give them by PUT /v1/invoice-details first.",
    )
    rule = "LT-INV-02"
