"""The terms of a grant and of a condition on the wire."""

from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from rights.grants.box import Exclusivity
from rights.terms import Right

Codes = Annotated[list[Annotated[str, Meta(min_length=1, max_length=60)]], Meta(min_length=1, max_length=64)]


Volume = Annotated[int, Meta(ge=1, le=10**15)]


class GrantTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is wished or granted; what is not named is not granted."""

    rights: Annotated[list[Right], Meta(min_length=1, max_length=3, description="权利 · rights")]
    purposes: Annotated[Codes, Meta(description="目的树代码 · codes of the purpose tree")]
    territory: Annotated[
        Codes, Meta(description="地域：全球、国家或地区、行政区划代码 · world, CN, CN-15, CN-1501, CN-150102, HK …")
    ]
    starts: Annotated[date, Meta(description="起始日（含）· first day")]
    ends: Annotated[date, Meta(description="终止日（不含）· the day after the last")]
    recipients: Annotated[
        Codes, Meta(description="接收方：任何人、一类主体或指定主体 · anyone, class:… or party:pty_…")
    ]
    environments: Annotated[Codes, Meta(description="环境代码 · any, sandbox, tee …")]
    actions: (
        Annotated[Codes, Meta(description="行为：缺省为所列权利的全部行为 · all of the rights' unless given")] | None
    ) = None
    depth: Annotated[int, Meta(ge=0, le=32, description="可转授次数 · how often it may be passed on")] = 0
    exclusivity: Exclusivity = Exclusivity.ORDINARY
    rows_max: Volume | None = None
    calls_max: Volume | None = None


class ConditionTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A limit on a right; a side that is not named is not limited."""

    actions: Codes | None = None
    purposes: Codes | None = None
    territory: Codes | None = None
    ends: date | None = None
    recipients: Codes | None = None
    environments: Codes | None = None
    depth: Annotated[int, Meta(ge=0, le=32)] | None = None
    exclusivity: Exclusivity | None = None
    rows_max: Volume | None = None
    calls_max: Volume | None = None
