"""The numbers of publishing, dated."""

from typing import Final

import msgspec

from kernel.rules import policy


class Publishing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How published files are cut, and how long making them may take.

    What is queued or under way for `again_after_minutes` without an end is taken up again, and what failed is tried
    again after `failed_again_after_hours`, for as long as somebody waits for it: its contract may be another by then.
    """

    file_rows_max: int
    group_rows: int
    seconds_max: int
    file_bytes_max: int
    again_after_minutes: int
    failed_again_after_hours: int

    def __post_init__(self) -> None:
        if not 0 < self.group_rows <= self.file_rows_max or self.seconds_max < 1 or self.file_bytes_max < 1:
            raise ValueError("a file holds at least one group of rows, and making it takes some time")


PUBLISHING: Final = policy.load("publishing", Publishing, "channels.publishing")
