"""What can be wrong with the log, and what may be asked of it in vain."""

from kernel.errors import Conflict, NotFound
from kernel.text import Text


class LogDiverged(RuntimeError):
    """What is stored contradicts a head that was signed; nothing more is signed until a person has looked."""


class TileAbsent(NotFound):
    """The path is not that of a tile or entry bundle of the present tree."""

    title = Text("日志中没有该数据块", "The log has no such tile")
    detail = Text(
        "{path} 不在当前检查点所证明的日志之中。", "{path} is not part of the log that the present checkpoint states."
    )


class CheckpointAbsent(NotFound):
    """The log is empty: nothing has been signed yet."""

    title = Text("日志尚无检查点", "The log has no checkpoint yet")
    detail = Text("首条记录签入日志后即有检查点。", "There is one as soon as the first entry is in the log.")


class ProofPending(Conflict):
    """The entry is stored and waits for the next checkpoint."""

    title = Text("存证待签入", "The entry is not in a checkpoint yet")
    detail = Text(
        "条目 {id} 已保存，等待下一个检查点签入日志，请稍后重试。",
        "Entry {id} is stored and waits for the next checkpoint: try again shortly.",
    )
