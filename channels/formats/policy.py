"""The numbers of converting, dated."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from kernel.rules import policy

Count = Annotated[int, Meta(ge=1, le=10**12)]


class FormatRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a conversion may take, how long its file is kept, and how many an order may have.

    A file is kept for `kept_days` after it was made or opened last. What is under way for `again_after_minutes` without
    an end is taken up again.
    """

    seconds_max: Count
    file_bytes_max: Count
    queue_minutes_max: Count
    again_after_minutes: Count
    kept_days: Count
    under_way_max: Count
    standing_max: Count


RULES: Final = policy.load("formats", FormatRules, "channels.formats")
