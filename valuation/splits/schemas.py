"""What is said of splits on the wire."""

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct

from kernel.money import MoneyView
from valuation.appraisal.engine.inputs import Name
from valuation.appraisal.schemas import CalculatePool, CalculateShapley

Id = Annotated[str, Meta(max_length=40)]


class SplitValue(Struct, frozen=True, forbid_unknown_fields=True):
    """Split an appraisal's value: exactly by every coalition's worth (to 12 parties), or by sampled orders beyond.

    `contributors` names the parties of this centre behind the names of the calculation; they receive the document.
    """

    appraisal_id: Id
    calculation: CalculateShapley | CalculatePool
    contributors: Annotated[dict[Name, Id], Meta(max_length=100)] = {}


class ContributionView(Struct, frozen=True):
    """What one contributor gets: the Shapley value of the calculation, and the part of the appraised value."""

    name: str
    party: str | None
    shapley: str
    amount: MoneyView


class SplitView(Struct, frozen=True):
    """A split with the document that proves it; the amounts sum to the appraised value exactly."""

    id: str
    appraisal_id: str
    asset_id: str
    value: MoneyView
    shares: list[ContributionView]
    bound: str | None
    confidence: str | None
    document_id: str
    created_at: datetime
    calculation: dict[str, Any]
