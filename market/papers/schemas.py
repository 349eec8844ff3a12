"""Papers on the wire."""

from datetime import datetime
from typing import Literal

import msgspec

PaperKind = Literal["invoice", "credit-note", "monthly-statement", "bill-statement", "payout-advice", "tax-summary"]
PaperForm = Literal["json", "pdf", "xlsx", "csv"]


class IssuedPaperView(msgspec.Struct, frozen=True):
    """A numbered paper; what it says is its document, which can be had in every form."""

    id: str
    kind: PaperKind
    number: str
    subject: str
    party_id: str
    parties: list[str]
    currency: str
    document_id: str
    issued_at: datetime
