"""What watching says on the wire."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from kernel.text import Text


class PromiseQuality(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Promise a minimum score and an update cycle; `follow` says whether the contract's or the asset's cycle counts."""

    minimum_score: Annotated[str, Meta(pattern=r"^(100(\.0{1,2})?|\d{1,2}(\.\d{1,2})?)$(?!\n)")] | None = None
    follow: Literal["contract", "asset"] = "contract"
    rescoring: Annotated[bool, Meta(description="到期自动重新评分 · score again when an update is due")] = True


class QualityWatchView(msgspec.Struct, frozen=True):
    """The promises of an asset and how they stand: `kept`, `undershot`, `overdue`, or `unknown` before any score."""

    asset_id: str
    standing: str
    words: Text
    minimum_score: str | None
    score: str | None
    scorecard_id: str | None
    follow: str
    rescoring: bool
    cycle_seconds: int | None
    last_revision_at: datetime | None
    next_due_at: datetime | None
    overdue_since: datetime | None
    missed: int
    updated_at: datetime
