"""Why a revision cannot be published, or a version of it is not there."""

from kernel.errors import NotFound, Unavailable, Unprocessable
from kernel.text import Text


class TablesInPreparation(Unavailable):
    """The tables are being made; trying again after a while succeeds."""

    title = Text("数据表准备中", "The tables are being prepared")
    detail = Text(
        "所购数据正在转换为共享格式，请稍后重试。",
        "What was bought is being put into its shared form; try again shortly.",
    )
    rule = "LT-CHN-03"


class NotAsRegistered(Unprocessable):
    """A file is not the one that was registered; nothing of it is published."""

    title = Text("文件与登记不符", "A file is not as registered")
    detail = Text(
        "文件 {file} 的摘要与登记的版本不符。", "The digest of {file} is not that of the registered revision."
    )
    rule = "LT-CHN-03"


class NotPublishable(Unprocessable):
    """The revision holds what the shared form has no place for; the reason says what."""

    title = Text("数据不能转换为共享格式", "The data cannot be put into its shared form")
    detail = Text("数据表 {table}：{reason}。", "Table {table}: {reason}.")
    rule = "LT-CHN-03"


class PublishingStopped(Unprocessable):
    """Making the tables took more time or memory than it may."""

    title = Text("转换超出限额", "Making the tables exceeds its limits")
    detail = Text(
        "转换未在 {seconds} 秒和可用内存之内完成。",
        "The tables were not made within {seconds} seconds and the memory there is.",
    )
    rule = "LT-CHN-03"


class PublicationFailed(Unprocessable):
    """Nothing of what was bought could be put into its shared form."""

    title = Text("共享格式不可用", "There is no shared form")
    detail = Text(
        "所购数据未能转换为共享格式（{reason}）；请按订单下载文件。",
        "What was bought could not be put into its shared form ({reason}); fetch the files of the order.",
    )
    rule = "LT-CHN-03"


class ScopeNotMade(Unprocessable):
    """What the licence is of could not be made; whole files are never handed out in its place."""

    title = Text("许可范围内的数据不可用", "What is licensed could not be made")
    detail = Text(
        "未能按许可的行列制作文件（{reason}）；整份文件不以此代替交付。请与提供方核对许可范围或数据合同；每日重新制作一次。",
        "No files could be made to the licensed columns and rows ({reason}); whole files are not handed out instead."
        " Look with the provider at the scope, or at the data contract; they are tried again each day.",
    )
    rule = "LT-CHN-06"


class VersionMissing(NotFound):
    """There is no such version of the table under this agreement."""

    title = Text("没有该版本", "There is no such version")
    detail = Text(
        "数据表没有版本 {version}；现有 0 至 {newest}。", "There is no version {version}; there are 0 to {newest}."
    )
    rule = "LT-CHN-04"


class TableDropped(NotFound):
    """The newest version, or the one of that moment, has no such table any more; earlier ones stay licensed."""

    title = Text("该版本已无此表", "The table is there no more")
    detail = Text(
        "提供方自 {since} 起交付的版本不再含数据表 {table}；此前的版本仍在许可之内，请指明版本读取（最后为 {last}）。",
        "What was delivered from {since} on has no table {table}. Its earlier versions stay licensed: name one: the"
        " last is {last}.",
    )
    rule = "LT-CHN-04"
