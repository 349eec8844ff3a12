"""How a value is written down, and the shape that is shown of one which may not be shown itself."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

_TEXT_MAX = 200
_SAFE_INTEGER = 1 << 53
_FLOAT_MAX = 1e15
"""Beyond it a database's JSON would turn the number into a long integer; infinity and NaN are beyond it too."""


def plain(value: Any) -> Any:
    """Give a JSON-safe form with one spelling: what canonical JSON cannot hold becomes text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < _SAFE_INTEGER else str(value)
    if isinstance(value, float):
        return value if abs(value) < _FLOAT_MAX else str(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"PT{value.total_seconds()}S"
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return value[:_TEXT_MAX].hex()
    if isinstance(value, dict):
        return {plain(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value[:_TEXT_MAX]]
    # NUL has no place in a database's text; its symbol stands for it.
    return str(value)[:_TEXT_MAX].replace("\x00", "␀")


def shaded(value: Any) -> Any:
    """The shape of a plain value: a text's first character and length, an asterisk for anything else; gaps stay."""
    if value is None:
        return None
    if isinstance(value, str):
        return value[:1] + "*" * min(len(value) - 1, 12) if len(value) > 1 else "*" * len(value)
    return "*"


def is_shape(value: Any) -> bool:
    """Whether a text looks as a shape does, which is all that scorecards of earlier releases say of it."""
    return isinstance(value, str) and value.endswith("*") and value == shaded(value)
