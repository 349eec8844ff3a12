"""What filings say on the wire."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from contracts.filings.states import FilingState
from contracts.terms.document import PartyId
from kernel.money import MoneyView
from kernel.text import Text

Side = Literal["provider", "consumer"]


class FileContract(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A contract concluded elsewhere: the other party by its id here, or by its name and credit code, and its text.

    `file_id` is an upload of the purpose `contract`; its digest is what is filed.
    """

    filer_role: Side
    subject: Annotated[str, Meta(min_length=1, max_length=400)]
    concluded_on: date
    file_id: Annotated[str, Meta(max_length=40)]
    other: PartyId | None = None
    other_name: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    other_uscc: Annotated[str, Meta(pattern=r"^[0-9A-HJ-NPQRTUWXY]{18}$(?!\n)")] | None = None
    amount: MoneyView | None = None


class EndFiling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a filing is contested or withdrawn."""

    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class FilingView(msgspec.Struct, frozen=True):
    """A contract concluded elsewhere, as its two parties filed it; it grants nothing and opens nothing."""

    id: str
    kind: Literal["filed"]
    label: Text
    filer: str
    filer_role: Side
    other: str | None
    other_name: str
    other_uscc: str
    subject: str
    concluded_on: date
    amount: MoneyView | None
    document_sha256: str
    status: FilingState
    allowed_actions: list[str]
    end_reason: str | None
    confirmed_at: datetime | None
    created_at: datetime
