"""By what products are narrowed down: each facet, its closed list of values, and the column or reading it rests on."""

from datetime import date
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from contracts.policy.rules import vocabularies
from kernel.rules import policy
from kernel.text import Text
from market.listings.states import PriceKind
from rights.assets.codes import INDUSTRIES
from valuation.quality.policy import policies as quality


class Finding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The numbers by which products are narrowed down and counted."""

    freshness_days: tuple[Annotated[int, Meta(ge=1)], ...]
    open_values_max: Annotated[int, Meta(ge=1, le=100)]
    hits_max: Annotated[int, Meta(ge=1)]
    pending_max: Annotated[int, Meta(ge=1)]
    compared_max: Annotated[int, Meta(ge=2, le=10)]

    def __post_init__(self) -> None:
        if list(self.freshness_days) != sorted(set(self.freshness_days)):
            raise ValueError("the steps of freshness rise")


FINDING: Final = policy.load("finding", Finding, "market.listings")

NOT_STATED: Final = "not-stated"
"""The value of a product that says nothing of a facet."""

OPEN: Final = ("theme", "provider")
"""Facets whose values are free words or parties: there is no list of them."""

_UNSTATED: Final = {NOT_STATED: Text("未说明", "Not stated")}
_KINDS: Final = {
    PriceKind.ONE_OFF: Text("一次性价款", "One-off price"),
    PriceKind.FREE: Text("无偿", "Free"),
    PriceKind.ON_REQUEST: Text("询价", "On request"),
    PriceKind.PLAN: Text("价格方案", "Price plan"),
}
_DELIVERIES: Final = {
    "files": Text("文件交付", "Files"),
    "computing": Text("数据不出域的计算", "Computing where the data stays"),
}
_TESTS: Final = {
    "passed": Text("第三方检测通过", "Passed a third-party test"),
    "failed": Text("第三方检测未通过", "Failed a third-party test"),
    "none": Text("无有效的第三方检测", "No third-party test in force"),
}


def closed(on: date) -> dict[str, dict[str, Text]]:
    """The values of every facet that has a list, in its order, with what they are called, on a day."""
    sections = [each for each in INDUSTRIES.at(on).body.industries if len(each.code) == 1]
    grades = quality().at(on).body.grades
    territories = vocabularies().at(on).body.territory
    return {
        "sector": {each.code: Text(each.zh, each.en) for each in sections} | _UNSTATED,
        "grade": {each.code: Text(each.zh, each.en) for each in grades} | _UNSTATED,
        "price_kind": {str(kind): text for kind, text in _KINDS.items()},
        "delivery": dict(_DELIVERIES),
        "tested": dict(_TESTS),
        "freshness": _freshness(FINDING.at(on).body.freshness_days),
        "territory": {each.code: Text(each.zh, each.en) for each in territories},
    }


def _freshness(steps: tuple[int, ...]) -> dict[str, Text]:
    within = {f"{days}d": Text(f"{days} 天以内", f"Within {days} days") for days in steps}
    return {**within, "older": Text("更早", "Older"), **_UNSTATED}


FACETS: Final = ("theme", "sector", "grade", "price_kind", "delivery", "tested", "freshness", "territory", "provider")
"""Every facet, in the order in which they are shown."""

# One value of each product, or, of the last two, several: the same readings narrow the list and are counted, so that
# what a count says and what the list shows cannot differ. A test that was passed or failed counts while it is in force.
ONE: Final = {
    "theme": "listing.theme",
    "sector": "COALESCE((SELECT left(a.industry, 1) FROM asset a WHERE a.id = listing.asset_id), 'not-stated')",
    "grade": "COALESCE(listing.quality_grade, 'not-stated')",
    "price_kind": "listing.price_kind",
    "delivery": "listing.delivery",
    "provider": "listing.provider",
    "freshness": """COALESCE((SELECT COALESCE(min(step.days)::text || 'd', 'older')
        FROM unnest(CAST(:steps AS int[])) AS step (days)
        WHERE :day - (listing.freshness_at AT TIME ZONE 'Asia/Shanghai')::date <= step.days
        HAVING listing.freshness_at IS NOT NULL), 'not-stated')""",
}
SEVERAL: Final = {
    "territory": "ARRAY(SELECT jsonb_array_elements_text(listing.licence -> 'territory'))",
    "tested": """COALESCE((SELECT array_agg(DISTINCT t.content ->> 'conclusion') FROM third_party_test t
        WHERE t.revision_id = listing.revision_id AND t.status = 'signed' AND t.valid_until > :at
          AND t.content IS NOT NULL AND t.signed_at IS NOT NULL AND t.document_id IS NOT NULL), '{none}')""",
}


def fitting() -> str:
    """The conditions of a statement over `listing` that leave what has one of the values asked for of each facet."""
    one = [f"(CAST(:{name} AS text[]) IS NULL OR {value} = ANY(:{name}))" for name, value in ONE.items()]
    several = [f"(CAST(:{name} AS text[]) IS NULL OR {value} && :{name})" for name, value in SEVERAL.items()]
    return "".join(f" AND {condition}" for condition in (*one, *several))
