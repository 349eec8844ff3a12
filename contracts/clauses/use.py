"""A clause as a contract uses it: which one, in which version, with which values."""

from typing import Annotated

import msgspec
from msgspec import Meta

Value = Annotated[str, Meta(max_length=2000)] | Annotated[int, Meta(ge=-(10**15), le=10**15)]


class ClauseUse(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A clause of the library with its parameters' values; it stands where it stands in the list."""

    clause: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,59}$(?!\n)")]
    version: Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}(\.[0-9]{1,3})?$(?!\n)")]
    values: Annotated[dict[Annotated[str, Meta(max_length=60)], Value], Meta(max_length=40)] = {}
