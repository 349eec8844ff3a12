"""Why a question to a table is not answered, beside what keys, publications and the agreement's policy refuse."""

from kernel.errors import InvalidInput, Removed, TooMany, Unprocessable
from kernel.text import Text


class QuestionFaulty(InvalidInput):
    """The question is none to this table; every fault is listed with its place."""

    title = Text("查询有误", "The query is not valid")
    detail = Text(
        "请更正所列各处后重试；表的列、类型和主键见其说明。",
        "Correct what is listed; the table's description has its columns, types and key.",
    )
    rule = "LT-QRY-01"


class QueryCursorInvalid(InvalidInput):
    """The cursor is not ours, or it belongs to another filter, selection, table, version or agreement."""

    title = Text("游标无效", "The cursor is not of this query")
    detail = Text(
        "游标须与给出它的查询一并发送：过滤条件、列、表和版本不变；否则请从第一页开始。",
        "Send a cursor with the query that gave it: the same filter, columns, table and version; or start again.",
    )
    rule = "LT-QRY-02"


class QueryCursorExpired(InvalidInput):
    """The cursor was ours, and its time is over."""

    title = Text("游标已过期", "The cursor has expired")
    detail = Text("游标有效 {hours} 小时；请从第一页开始。", "A cursor serves for {hours} hours: start again.")
    rule = "LT-QRY-02"


class TableVersionWithdrawn(Removed):
    """What the cursor leads into is handed out no more."""

    title = Text("该版本已撤下", "The version was withdrawn")
    detail = Text(
        "数据表 {table} 的版本 {version} 已不再提供；请从现有版本的第一页开始。",
        "Version {version} of the table {table} is handed out no more: start again in a version that is there.",
    )
    rule = "LT-QRY-02"


class TooManyQueries(TooMany):
    """As many queries of the agreement are under way as may be at one time."""

    title = Text("同时进行的查询过多", "Too many queries are under way")
    detail = Text(
        "该协议有 {limit} 个查询正在进行，请在 {retry_after_seconds} 秒后重试。",
        "{limit} queries of this agreement are under way; try again in {retry_after_seconds} seconds.",
    )
    rule = "LT-QRY-03"


class RowTooLarge(Unprocessable):
    """One row is larger than an answer may be."""

    title = Text("单行超出答复上限", "One row is larger than an answer")
    detail = Text(
        "第 {row} 行所选各列合计超过 {limit_bytes} 字节；请少选列，或用数据共享读取文件。",
        "What was selected of row {row} exceeds {limit_bytes} bytes: select fewer columns, or read it as a share.",
    )
    rule = "LT-QRY-03"
