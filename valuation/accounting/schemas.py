"""What is asked of accounting decisions and notes over HTTP, and what is answered."""

from datetime import date, datetime
from typing import Annotated, Any

from msgspec import Meta, Struct

from kernel.text import Text
from valuation.accounting.checklist import Acquisition, ChecklistAnswer, Question
from valuation.accounting.lines import Development, Intangible, Inventory, Way

Id = Annotated[str, Meta(max_length=40)]
Prose = Annotated[str, Meta(min_length=1, max_length=2000)]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}$(?!\n)", examples=["CNY"])]


class DecideClassification(Struct, frozen=True, forbid_unknown_fields=True):
    """Answer the checklist for an asset; the answers decide what it is booked as."""

    asset_id: Id
    acquisition: Acquisition
    answers: Annotated[dict[Question, ChecklistAnswer], Meta(min_length=1)]
    decided_on: date
    decided_by: Annotated[str, Meta(min_length=1, max_length=200)]


class QuestionView(Struct, frozen=True):
    """A question of the checklist; `development` says that it is asked of in-house development only."""

    code: str
    text: Text
    basis: str
    development: bool


class DecisionView(Struct, frozen=True):
    """A decision as it was made; it never changes, a later one stands beside it."""

    id: str
    asset_id: str
    revision_id: str | None
    party: str
    classification: str
    decision: dict[str, Any]
    document_id: str
    created_at: datetime


class DrawNote(Struct, frozen=True, forbid_unknown_fields=True):
    """State the movements of a period; balances and totals are computed.

    `life`, `method` and `inventory_method` are the policies that the notes disclose beside the table.
    """

    currency: Currency
    period_from: date
    period_until: date
    intangible: dict[Way, Intangible] = {}
    inventory: dict[Way, Inventory] = {}
    development: Development | None = None
    decisions: Annotated[tuple[Id, ...], Meta(max_length=200)] = ()
    life: Prose | None = None
    method: Prose | None = None
    inventory_method: Prose | None = None


class NoteView(Struct, frozen=True):
    """A note as it was drawn; `note` holds what was stated and the computed tables."""

    id: str
    party: str
    currency: str
    period_from: date
    period_until: date
    note: dict[str, Any]
    document_id: str
    created_at: datetime
