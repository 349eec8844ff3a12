"""Why a product cannot be sold in marked copies."""

from kernel.errors import Unprocessable
from kernel.text import Text


class MarksUnsuitable(Unprocessable):
    """A column is none that may bear marks, or its table cannot be marked; every fault is named with its column."""

    title = Text("副本标记不可用于所列字段", "Marks cannot be made in these columns")
    detail = Text(
        "副本标记有 {count} 处须更正：标记只用于数值字段，不用于主键、金额合计、个人信息、受监管的字段，"
        "以及数据合同另有约定的字段。",
        "The marks of copies are to be corrected in {count} places: they are made in columns of numbers, never in keys,"
        " totals of money, personal or regulated columns, or where the data contract promises otherwise.",
    )
    rule = "LT-TRC-01"
