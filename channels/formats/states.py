"""The life of a table conversion (格式转换)."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class TableFormat(StrEnum):
    """What a table is converted into."""

    CSV = "csv"
    JSON_LINES = "jsonl"
    PARQUET = "parquet"
    XLSX = "xlsx"


class ConversionState(StrEnum):
    """Where a conversion stands."""

    QUEUED = "queued"
    RUNNING = "running"
    MADE = "made"
    FAILED = "failed"
    REMOVED = "removed"


class ConversionAction(StrEnum):
    """What happens to it."""

    START = "start"
    FINISH = "finish"
    FAIL = "fail"
    REMOVE = "remove"


_S, _A = ConversionState, ConversionAction

CONVERSION: Final = Machine(
    "channels.table-conversion",
    _S.QUEUED,
    {
        (_S.QUEUED, _A.START): step(_S.RUNNING, Role.SYSTEM),
        (_S.QUEUED, _A.FAIL): step(_S.FAILED, Role.SYSTEM),
        (_S.QUEUED, _A.REMOVE): step(_S.REMOVED, Role.BUYER),
        (_S.RUNNING, _A.FINISH): step(_S.MADE, Role.SYSTEM),
        (_S.RUNNING, _A.FAIL): step(_S.FAILED, Role.SYSTEM),
        (_S.RUNNING, _A.REMOVE): step(_S.REMOVED, Role.BUYER),
        (_S.MADE, _A.REMOVE): step(_S.REMOVED, Role.BUYER, Role.SYSTEM),
    },
)
"""The buyer gives it up or removes its file; the system removes one that nobody opened while it was kept."""

UNDER_WAY: Final = (ConversionState.QUEUED, ConversionState.RUNNING)
STANDING: Final = (*UNDER_WAY, ConversionState.MADE)
"""What serves whoever asks for the same again."""
