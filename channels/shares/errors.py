"""What the protocol refuses beside what keys, publications and the agreement's policy refuse."""

from kernel.errors import InvalidInput, NotFound
from kernel.text import Text


class SharedThingMissing(NotFound):
    """There is no such share, schema, table or file for this key."""

    title = Text("没有该共享内容", "There is nothing of that name")
    detail = Text("密钥所属的协议中没有 {name}。", "The agreement of this key has no {name}.")
    rule = "LT-CHN-02"


class ShareRequestUnreadable(InvalidInput):
    """The request asks for what the protocol does not know, or not in this way."""

    title = Text("共享请求有误", "The request is not one of the protocol's")
    detail = Text("请求不合协议：{reason}。", "This is not how the protocol asks: {reason}.")
    rule = "LT-CHN-04"


class ChangesUnavailable(InvalidInput):
    """There is no change data for the versions that are asked for."""

    title = Text("没有变更数据", "There is no change data")
    detail = Text(
        "版本 {version} 没有变更数据（{reason}）；请读取整表。",
        "Version {version} has no change data ({reason}); read the whole table.",
    )
    rule = "LT-CHN-04"
