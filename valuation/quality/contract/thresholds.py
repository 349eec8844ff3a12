"""What a rule tolerates: the eight comparisons of ODCS as one interval."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from kernel.text import Text
from valuation.quality.contract.contract import Threshold
from valuation.quality.contract.faults import Faults

BOUNDS: dict[str, tuple[str, bool, bool, bool]] = {
    "mustBe": ("=", True, True, True),
    "mustNotBe": ("≠", True, True, True),
    "mustBeGreaterThan": (">", True, False, False),
    "mustBeGreaterOrEqualTo": ("≥", True, False, True),
    "mustBeLessThan": ("<", False, True, False),
    "mustBeLessOrEqualTo": ("≤", False, True, True),
    "mustBeBetween": ("∈", True, True, True),
    "mustNotBeBetween": ("∉", True, True, True),
}
"""Each comparison: its sign, whether it bounds from below, from above, and whether the bound itself is allowed."""


def threshold_of(faults: Faults, place: str, quality: Mapping[str, Any]) -> Threshold | None:
    stated = [key for key in BOUNDS if key in quality]
    unit, cure = (
        quality.get("unit", "rows"),
        Text("例如 mustBe: 0，单位 rows 或 percent。", "For example mustBe: 0; the unit is rows or percent."),
    )
    if len(stated) != 1 or unit not in ("rows", "percent"):
        message = Text(
            "须有且仅有一个 mustBe… 比较，单位为 rows 或 percent。",
            "Exactly one mustBe… comparison is needed, in rows or percent.",
        )
        faults.add(place, message, cure)
        return None
    (key,) = stated
    sign, from_below, from_above, included = BOUNDS[key]
    value, pair = quality[key], key.endswith("Between")
    numbers = value if pair and isinstance(value, list) else [value]
    usable = all(isinstance(n, int | float) and not isinstance(n, bool) and abs(n) < 1e18 for n in numbers)
    if not usable or len(numbers) != 1 + pair or numbers != sorted(numbers):
        faults.add(
            f"{place}/{key}",
            Text(
                "比较值须为数字；区间须为由小到大的两个数。",
                "The value must be a number; a range is two numbers in order.",
            ),
            cure,
        )
        return None
    low, high = Decimal(str(numbers[0])), Decimal(str(numbers[-1]))
    words = f"{sign} {'–'.join(str(n) for n in numbers)}{'%' if unit == 'percent' else ''}"
    return Threshold(
        words=words,
        low=low if from_below else None,
        high=high if from_above else None,
        include_low=included,
        include_high=included,
        outside=key.startswith("mustNot"),
        percent=unit == "percent",
    )
