"""Why a table is not there in a format."""

from kernel.errors import Conflict, NotFound, Unprocessable
from kernel.text import Text


class TableNotDelivered(NotFound):
    """What was bought has no table of that name."""

    title = Text("没有该数据表", "There is no such table")
    detail = Text(
        "该订单没有名为 {table} 的数据表；现有：{tables}。", "The order has no table {table}; there are: {tables}."
    )
    rule = "LT-FMT-01"


class TableNotConvertible(Unprocessable):
    """The format has no place for what the table holds; the reason says what."""

    title = Text("不能转换为该格式", "The table does not fit the format")
    detail = Text("数据表 {table} 不能转换为 {format}：{reason}。", "Table {table} cannot become {format}: {reason}.")
    rule = "LT-FMT-01"


class ConversionStopped(Unprocessable):
    """Converting took more time, memory or space than it may."""

    title = Text("转换超出限额", "The conversion exceeds its limits")
    detail = Text(
        "转换未在 {seconds} 秒和可用的内存、空间之内完成；可改取 Parquet，或再次申请。",
        "The conversion was not done within {seconds} seconds and the memory and space there are; Parquet takes less,"
        " and it may be asked for again.",
    )
    rule = "LT-FMT-02"


class ConversionNotMade(Conflict):
    """The file is still being made, could not be, or is removed."""

    title = Text("文件尚未生成", "The file is not there")
    detail = Text(
        "转换当前状态为“{state}”，没有文件可取；失败或已删除的请重新申请。",
        "The conversion is {state}: there is no file to be had. Ask anew for one that has failed or was removed.",
    )
    rule = "LT-FMT-02"


class TooManyConversions(Conflict):
    """An order has as many conversions under way, or kept, as it may."""

    title = Text("转换数量已达上限", "There are too many conversions")
    detail = Text(
        "每个订单同时进行的转换至多 {under_way} 项，连同已生成的至多 {standing} 项；请等待其完成，或删除不再需要的。",
        "An order has at most {under_way} conversions under way, and {standing} with those that are made: wait for"
        " them, or remove what is no longer needed.",
    )
    rule = "LT-FMT-02"


def unfit(table: str, table_format: str, zh: str, en: str) -> TableNotConvertible:
    """A refusal that says why a format has no place for a table."""
    return TableNotConvertible(table=table, format=table_format, reason=Text(zh, en))
