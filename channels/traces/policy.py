"""The numbers of tracing, dated."""

from decimal import Decimal
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from kernel.rules import policy


class TracePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`alpha` is the chance that an innocent delivery is named at all; the rest bounds what a trace may cost.

    A trace of which nothing is heard for `patience_minutes` is taken up again, `attempts_max` times at most.
    """

    alpha: Decimal
    rows_max: int
    file_bytes_max: int
    seconds_max: int
    patience_minutes: int
    attempts_max: int
    running_max: Annotated[int, Meta(ge=1)]

    def __post_init__(self) -> None:
        if not 0 < self.alpha <= Decimal("1e-6"):
            raise ValueError("nobody is named by more than one chance in a million")


TRACES: Final = policy.load("traces", TracePolicy, "channels.traces")
