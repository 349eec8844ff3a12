"""What is said of revaluations on the wire."""

from datetime import datetime
from typing import Any

from msgspec import Struct


class RevaluationView(Struct, frozen=True):
    """What came of causes: `revalued` with a new appraisal, `unchanged`, or `refused` with every fault."""

    id: str
    engagement_id: str
    previous_id: str
    outcome: str
    appraisal_id: str | None
    causes: list[dict[str, Any]]
    changes: list[dict[str, Any]]
    faults: list[dict[str, Any]]
    created_at: datetime
