"""Pure rules of payments: which reference is the same, and which report of a gateway can be read at all."""

from datetime import datetime, timedelta
from typing import Any, Final

AHEAD_MAX: Final = timedelta(minutes=5)
"""How far the clock of a gateway may run before ours."""

ID_LENGTH_MAX: Final = 255


def reference_key(reference: str) -> str:
    """What two writings of one bank reference have in common: banks print them in either case."""
    return reference.upper()


def event_fault(event: dict[str, Any]) -> str | None:
    """Why a signed event cannot be stored and reacted to; None when it can."""
    data = event.get("data")
    if not (isinstance(event.get("id"), str) and 0 < len(event["id"]) <= ID_LENGTH_MAX):
        return "it has no id"
    if not (isinstance(event.get("type"), str) and isinstance(event.get("livemode"), bool)):
        return "it has no type or does not say whether it is live"
    if not (isinstance(data, dict) and isinstance(data.get("object"), dict)):
        return "it is about nothing"
    return None if _storable(event) else "its text holds what is no character"


def _storable(value: Any) -> bool:
    """Whether every text in it can be kept: no NUL, no half of a surrogate pair."""
    if isinstance(value, dict):
        return all(_storable(name) and _storable(item) for name, item in value.items())
    if isinstance(value, list):
        return all(_storable(item) for item in value)
    return not isinstance(value, str) or not any(each == "\0" or "\ud800" <= each <= "\udfff" for each in value)


def from_the_future(signature: str, at: datetime) -> bool:
    """Whether a signature (`t=…,v1=…`) bears a moment that has not come; then it could be sent again long after."""
    stamp = next((part[2:] for part in signature.split(",") if part.startswith("t=")), "")
    return not stamp.isdecimal() or int(stamp) > (at + AHEAD_MAX).timestamp()
