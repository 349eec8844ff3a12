"""One spelling of moments: inside an engine they are UTC without a zone, which no engine converts; outside with it."""

from datetime import UTC, datetime
from typing import Any


def bare(value: Any) -> Any:
    """A moment in UTC without its zone, as engines compare it; anything else as it is."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).replace(tzinfo=None)
    return value


def zoned(value: Any) -> Any:
    """A moment with its zone, as people are told it; without a zone it is UTC."""
    if not isinstance(value, datetime):
        return value
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
