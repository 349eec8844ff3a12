"""A clause as terms hold it: which one, in which version, with which values; in print order."""

from typing import Annotated

import msgspec
from msgspec import Meta

Value = Annotated[str, Meta(max_length=4_000)] | Annotated[int, Meta(ge=-(10**15), le=10**15)]


class ClauseUse(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One clause of the library with the values of its parameters."""

    clause: Annotated[str, Meta(max_length=60, examples=["inspection"])]
    version: Annotated[str, Meta(max_length=20, examples=["1"])]
    values: Annotated[dict[str, Value], Meta(max_length=20)] = {}
