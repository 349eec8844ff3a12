"""What is issued and invoiced: documents with their proofs, payments, invoices and papers.

Generated from the twin for asyncio by `python -m release.client`: never edited.
"""

from typing import Any, Final

from liutong_client import models as m
from liutong_client import operations
from liutong_client.blocking.caller import Caller, Pages
from liutong_client.blocking.machine import in_thread
from liutong_client.calls import Form, Operation
from liutong_client.problems import NotThere
from liutong_client.verification.documents import Report, verify
from liutong_client.verification.trust import Trust

PROOF_SECONDS: Final = 60.0
"""How long a document waits for its place in the log at most: the log is written every second or so."""

_TRUST: Final = Operation(operations.get_trust.id, operations.get_trust.method, operations.get_trust.path, bytes)
"""Byte for byte, since its digest is compared."""


class Documents:
    """Issued documents, with their place in the public log."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def trust(self, pin: str | None = None) -> Trust:
        """The centre's keys: save them, and compare the digest with the one that the centre has published."""
        content = self._caller.call(_TRUST)
        return Trust.of(content, pin)

    def get(self, document_id: str) -> dict[str, Any]:
        """A document with its log entry and proof, as a file to be kept."""
        return self._caller.call(operations.get_document, document_id=document_id)

    def verify(self, document_id: str, trust: Trust, *, timeout_seconds: float = PROOF_SECONDS) -> Report:
        """Check a document by keys that one trusts, once it has its place in the log, with its status as of now.

        Raises WaitedTooLong.
        """
        envelope = self._caller.read_until(
            operations.get_document,
            lambda envelope: envelope.get("log") is not None,
            timeout_seconds=timeout_seconds,
            document_id=document_id,
        )
        return in_thread(verify, envelope, trust, self._status_list(envelope))

    def _status_list(self, envelope: dict[str, Any]) -> dict[str, Any] | None:
        """The status list that a document names, as it is now; None where it names none, or there is none."""
        stated = envelope["document"].get("credentialStatus")
        if not isinstance(stated, dict):
            return None
        year = str(stated.get("statusListCredential")).rpartition("/")[2]
        try:
            return self._caller.call(operations.get_status_list, year=year)
        except NotThere:
            return None


class Papers:
    """Invoices, statements and advices."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def request_invoice(self, wanted: m.RequestInvoice | Form, *, key: str | None = None) -> m.InvoiceView:
        """Ask for an invoice of what was paid."""
        return self._caller.call(operations.request_invoice, wanted, key=key)

    def invoices(self, status: str | None = None) -> Pages[m.InvoiceViewPage, m.InvoiceView]:
        """The party's invoices."""
        return self._caller.iterate(operations.list_invoices, status=status)

    def mine(self, kind: str | None = None) -> Pages[m.IssuedPaperViewPage, m.IssuedPaperView]:
        """The party's papers."""
        return self._caller.iterate(operations.list_papers, kind=kind)

    def file(self, paper_id: str, form: str = "pdf") -> bytes:
        """A paper in one of its forms: json, pdf, xlsx …"""
        return self._caller.call(operations.get_paper_file, paper_id=paper_id, format=form)


class Payments:
    """Payments of orders and bills."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def get(self, payment_id: str) -> m.PaymentView:
        """A payment."""
        return self._caller.call(operations.get_payment, payment_id=payment_id)

    def mine(self, status: str | None = None, order_id: str | None = None) -> Pages[m.PaymentViewPage, m.PaymentView]:
        """The party's payments."""
        return self._caller.iterate(operations.list_payments, status=status, order_id=order_id)

    def cancel(self, payment_id: str) -> m.PaymentView:
        """End a payment that nobody has made."""
        return self._caller.call(operations.cancel_payment, payment_id=payment_id)
