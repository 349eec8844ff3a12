"""What statements are asked for with."""

from typing import Annotated

import msgspec
from msgspec import Meta

Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}$(?!\n)", examples=["CNY"])]


class DrawMonth(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A month that is over, in the calendar of China, and a currency."""

    month: Annotated[str, Meta(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$(?!\n)", examples=["2026-10"])]
    currency: Currency = "CNY"


class DrawTaxSummary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A quarter or a year that is over, and a currency."""

    period: Annotated[str, Meta(pattern=r"^20[0-9]{2}(-Q[1-4])?$(?!\n)", examples=["2026-Q3"])]
    currency: Currency = "CNY"
