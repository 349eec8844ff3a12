"""Why a value is not split."""

from kernel.errors import Unprocessable
from kernel.text import Text


class SplitFaulty(Unprocessable):
    """The contributors of a split are not those of its inputs, or nothing can be divided; all faults are listed."""

    title = Text("价值分配有误", "The split has faults")
    detail = Text("有 {count} 处须更正。", "{count} places must be corrected.")
    rule = "LT-APR-19"
