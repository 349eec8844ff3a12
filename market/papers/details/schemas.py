"""Invoicing details on the wire."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from market.papers.amounts.policies import Taxpayer

Line = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$(?!\n)")]
"""One line of text, as it is printed."""

Country = Annotated[str, Meta(pattern=r"^[A-Z]{2}$(?!\n)", examples=["CN"])]


class SetInvoiceDetails(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What invoices to and from the caller's party say of it; whoever is abroad adds its VAT number there."""

    title: Line
    tax_number: Annotated[str, Meta(max_length=20, examples=["911501000000000012"])]
    taxpayer: Taxpayer
    country: Country = "CN"
    vat_id: Annotated[str, Meta(max_length=20, examples=["DE123456789"])] | None = None
    address: Line | None = None
    phone: Annotated[str, Meta(max_length=30, examples=["0471-1234567"])] | None = None
    bank_name: Line | None = None
    bank_account: Annotated[str, Meta(max_length=40, examples=["6222021234567890"])] | None = None


class InvoiceDetailsView(msgspec.Struct, frozen=True):
    """A party's invoicing details."""

    party_id: str
    title: str
    tax_number: str
    taxpayer: Taxpayer
    country: str
    vat_id: str | None
    address: str | None
    phone: str | None
    bank_name: str | None
    bank_account: str | None
    updated_at: datetime
