"""What can be wrong with the log, and what may be asked of it in vain."""

from kernel.errors import Conflict, Forbidden, NotFound, Unprocessable
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

    def __init__(self, *, id: str) -> None:  # noqa: A002 - the name of the fact on the wire
        super().__init__(id=id, retry_after_seconds=1)


class CosignatureInvalid(Unprocessable):
    """What was posted is not a checkpoint with a valid line of a witness."""

    title = Text("见证联署无效", "The cosignature is not valid")
    detail = Text("检查点未予采纳：{why}。", "The checkpoint was not taken: {why}.")
    rule = "LT-REG-01"


class WitnessUnknown(Forbidden):
    """Anybody may watch the log; only witnesses that the centre has named stand under its heads."""

    title = Text("见证人未经中心列名", "The centre has named no such witness")
    detail = Text(
        "检查点上没有已列名见证人的联署；已列名：{known}。",
        "No named witness has signed the checkpoint; named are: {known}.",
    )
    rule = "LT-REG-02"


class CheckpointForeign(Conflict):
    """The head is not one that this log has signed; if it bears the log's signature, somebody holds its key."""

    title = Text("检查点不属于本日志", "The checkpoint is not one of this log")
    detail = Text(
        "本日志没有条目数为 {size}、根为 {root} 的检查点。",
        "This log has no checkpoint of {size} entries with the root {root}.",
    )
    rule = "LT-REG-03"


class SizesInvalid(Unprocessable):
    """A consistency proof leads from a smaller log to a larger one that exists."""

    title = Text("日志规模有误", "The sizes are not those of two heads in order")
    detail = Text(
        "须满足 1 ≤ old ≤ new ≤ {size}。",
        "They must satisfy 1 ≤ old ≤ new ≤ {size}.",
    )
    rule = "LT-REG-04"
