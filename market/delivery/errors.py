"""Why files are not handed over, or a receipt is not accepted."""

from kernel.errors import Conflict, Forbidden, NotFound, Unprocessable
from kernel.text import Text


class DeliveryMissing(NotFound):
    """There is no delivery for the order, or it is not the caller's."""

    title = Text("没有交付记录", "There is no delivery")
    detail = Text("订单 {order} 没有可供贵方使用的交付。", "There is no delivery of order {order} for you.")


class DeliveryNotDue(Conflict):
    """The order is not paid, or the agreement or the licence is not running."""

    title = Text("尚不能交付", "The delivery is not due")
    detail = Text(
        "订单状态为“{order_status}”，协议状态为“{agreement_status}”，目前不能提供文件。",
        "The order is {order_status} and the agreement {agreement_status}: no files are handed over.",
    )
    rule = "LT-DLV-01"


class DownloadStopped(Forbidden):
    """The link is genuine, but the order or its agreement no longer entitles its holder."""

    title = Text("下载已停止", "The download is stopped")
    detail = Text("订单或协议已不再授权下载该文件。", "The order or its agreement no longer covers this download.")
    rule = "LT-DLV-01"


class RevisionNotDelivered(NotFound):
    """The revision never reached the buyer: it is older than the order, or its licence includes no updates."""

    title = Text("该版本未交付", "The revision was not delivered")
    detail = Text(
        "版本 {revision} 未交付给订单 {order}；已交付的更新见 /v1/orders/{order}/delivery/updates。",
        "The revision {revision} was not delivered to order {order}; what was is at"
        " /v1/orders/{order}/delivery/updates.",
    )
    rule = "LT-DLV-05"


class ReceiptMismatch(Unprocessable):
    """What the buyer says arrived is not what the agreement lists."""

    title = Text("收货内容与协议不符", "What arrived is not what was agreed")
    detail = Text(
        "有 {count} 个文件与协议不符，未确认收货；请重新下载或提出异议。",
        "{count} files differ from the agreement; nothing is confirmed. Download again or object.",
    )
    rule = "LT-DLV-03"


class NotFetched(Unprocessable):
    """The buyer confirms files that nobody has fetched."""

    title = Text("文件尚未下载", "The files were not fetched")
    detail = Text("以下文件尚未下载：{files}。", "These files were never fetched: {files}.")
    rule = "LT-DLV-04"
