"""What a page may show of a value: everything of a column declared public, a shape of any other."""

import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from valuation.quality.contract import Property

_TEXT_MAX = 200
_SAFE_INTEGER = 1 << 53


def plain(value: Any) -> Any:
    """Give a JSON-safe form with one spelling: what canonical JSON cannot hold becomes text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < _SAFE_INTEGER else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"PT{value.total_seconds()}S"
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return value[:_TEXT_MAX].hex()
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value[:_TEXT_MAX]]
    return str(value)[:_TEXT_MAX]


def masked(value: Any, declaration: Property | None) -> Any:
    """Show a value of a public column; of any other only its length and first character, or the kind of number."""
    shown = plain(value)
    if shown is None or (declaration is not None and declaration.public):
        return shown
    if isinstance(shown, str):
        return shown[:1] + "*" * min(len(shown) - 1, 12) if len(shown) > 1 else "*" * len(shown)
    return "*"
