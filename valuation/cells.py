"""Texts in tables that spreadsheets open: none of them is taken for a formula."""

from typing import Any, Final

_RISKY: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe(value: Any) -> Any:
    """A text that no spreadsheet computes; a negative number stays one."""
    if not isinstance(value, str) or not value.startswith(_RISKY):
        return value
    digits = value.removeprefix("-").replace(".", "", 1)
    return value if digits.isascii() and digits.isdigit() else f"'{value}"
