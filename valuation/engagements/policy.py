"""The dated rules of engagements."""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from kernel.rules import policy
from kernel.text import Text

PaperKind = Literal[
    "title-verification", "survey", "client-document", "market-research", "calculation", "interview", "other"
]

PAPER_NAMES: Final[dict[str, Text]] = {
    "title-verification": Text("权属与资料核查验证", "verification of title and documents"),
    "survey": Text("现场调查", "survey"),
    "client-document": Text("委托方资料", "client's document"),
    "market-research": Text("市场调查", "market research"),
    "calculation": Text("评定估算", "calculation"),
    "interview": Text("访谈", "interview"),
    "other": Text("其他", "other"),
}


class EngagementPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """Who must step back, what is kept, and for how long."""

    lookback_months: Annotated[int, Meta(ge=1, le=240)]
    archive_years: Annotated[int, Meta(ge=15)]
    archive_years_statutory: Annotated[int, Meta(ge=30)]
    request_days_max: Annotated[int, Meta(ge=1, le=366)]
    papers: tuple[PaperKind, ...]
    fee_bases: tuple[Literal["fixed", "hourly"], ...]
    revaluation_delay_seconds: Annotated[int, Meta(ge=0, le=86_400)]


POLICY: Final = policy.load("engagements", EngagementPolicy, "valuation.engagements")
