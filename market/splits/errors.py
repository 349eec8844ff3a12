"""Refusals of splits."""

from kernel.errors import NotFound, Unprocessable
from kernel.text import Text


class SplitOvercommitted(Unprocessable):
    """What an agreement promises to intermediaries and to those upstream is at most what it earns."""

    title = Text("分配比例超过所得", "More is promised than is earned")
    detail = Text(
        "数据 {asset} 应付的佣金和分成合计超过其所得；请调整佣金或与来源方重新约定。",
        "Commissions and royalties that {asset} owes come to more than it earns; lower the commission or agree anew "
        "with the source.",
    )
    rule = "LT-STL-02"


class SplitTooWide(Unprocessable):
    """An agreement's money is shared among a bounded number of holders."""

    title = Text("分配对象过多", "Too many would share")
    detail = Text(
        "权利链上有 {found} 份以上，最多 {most} 份；请减少来源或合并共有人。",
        "The chain of title has more than {found} shares; {most} are the most. Use fewer sources or holders.",
    )
    rule = "LT-STL-02"


class SplitNotFrozen(NotFound):
    """The tree is frozen when both have signed; before, nothing is shared."""

    title = Text("分配方案尚未确定", "The split is not frozen yet")
    detail = Text(
        "协议 {agreement} 双方签署生效后确定分配方案；当前状态为“{state}”。",
        "The split of {agreement} is frozen when both have signed it; it is {state}.",
    )
    rule = "LT-STL-02"
