"""Requests of the protocol; what it has beyond this is left unread, as the protocol asks of servers."""

from typing import Annotated

import msgspec
from msgspec import Meta

HINTS_MAX = 200

Version = Annotated[int, Meta(ge=0, le=2**53)]
Moment = Annotated[str, Meta(max_length=40)]


class TableQuery(msgspec.Struct, frozen=True, rename="camel"):
    """What a client asks of a table."""

    predicate_hints: Annotated[list[str], Meta(max_length=HINTS_MAX)] = []
    json_predicate_hints: str | None = None
    limit_hint: Annotated[int, Meta(ge=0, le=2**63 - 1)] | None = None
    version: Version | None = None
    timestamp: Moment | None = None
    starting_version: Version | None = None
    ending_version: Version | None = None
    idempotency_key: Annotated[str, Meta(min_length=1, max_length=255)] | None = None
