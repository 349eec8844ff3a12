"""Refusals of programs that would run near the data."""

from kernel.errors import Conflict, TooMany, Unavailable, Unprocessable
from kernel.text import Text


class ProgramOfferVersionsTooMany(TooMany):
    """An asset has had as many versions of its offer in a day as it may have."""

    title = Text("程序运行说明更新过于频繁", "Too many versions of the offer")
    detail = Text(
        "同一资产的程序运行说明每 24 小时最多更新 {limit} 次，请在 {retry_after_seconds} 秒后重试。",
        "An asset has at most {limit} versions of its offer in 24 hours; try again in {retry_after_seconds} seconds.",
    )
    rule = "LT-COD-01"


class ProgramsNotOffered(Conflict):
    """When the agreement came into force, its provider let no programs run on the data."""

    title = Text("该协议不含程序运行", "The agreement has no runs of programs")
    detail = Text(
        "协议 {agreement} 生效时提供方未公布程序运行说明；可使用其核准的计算模板或自主查询。",
        "When the agreement {agreement} came into force, its provider let no programs run; approved templates and"
        " aggregates may.",
    )
    rule = "LT-COD-01"


class ProgramUnfit(Unprocessable):
    """The program or the names of its results cannot be taken; every fault is listed."""

    title = Text("程序提交有误", "The program cannot be taken as it is")
    detail = Text("有 {count} 处不符，请逐项更正。", "{count} faults; correct each of them.")
    rule = "LT-COD-02"


class ProgramRunsSpent(Conflict):
    """The agreement has had as many runs as its provider lets one have."""

    title = Text("程序运行次数已满", "Programs have run as often as they may")
    detail = Text("每份协议最多运行 {limit} 次程序。", "An agreement has {limit} runs of programs at the most.")
    rule = "LT-COD-02"


class ProgramUnderWay(TooMany):
    """A buyer has one program under way at a time, so that none tells by its end how long another took."""

    title = Text("已有程序正在运行", "A program is under way")
    detail = Text(
        "同一买方同时只运行一个程序，请在 {retry_after_seconds} 秒后重试。",
        "A buyer has one program under way at a time; try again in {retry_after_seconds} seconds.",
    )
    rule = "LT-COD-02"


class ProgramDataTooLarge(Conflict):
    """The licensed tables are more than is laid beside a program."""

    title = Text("许可数据过大", "The licensed tables are too large")
    detail = Text(
        "许可的数据表共 {size_bytes} 字节，程序运行最多使用 {limit_bytes} 字节；未计次，未执行。",
        "The licensed tables have {size_bytes} bytes, and a program is given {limit_bytes} at the most; nothing was"
        " counted or run.",
    )
    rule = "LT-COD-02"


class ProgramTablesMissing(Conflict):
    """The revision has no table that a program could read."""

    title = Text("该版本没有可读取的数据表", "The revision has no readable table")
    detail = Text(
        "版本 {revision} 中没有许可的 CSV 或 Parquet 数据表；未计次，未执行。",
        "The revision {revision} has no licensed table of the kinds CSV or Parquet; nothing was counted or run.",
    )
    rule = "LT-COD-02"


class ProgramsNotRunHere(Unavailable):
    """This machine confines no programs, or has not shown lately that it does."""

    title = Text("本中心目前不运行程序", "Programs are not run here now")
    detail = Text(
        "运行环境缺少所需的隔离条件：{missing}。模板与自主查询不受影响。",
        "The machine lacks what confines a program: {missing}. Templates and aggregates run all the same.",
    )
    rule = "LT-COD-03"


class ProgramResultUnusable(Conflict):
    """The result was not taken: it is empty, is not what its name says, or has too many rows."""

    title = Text("结果文件不能取得", "The result cannot be had")
    detail = Text("结果 {name} 未予收取：{reason}。", "The result {name} was not taken: {reason}.")
    rule = "LT-COD-04"
