"""Why files are not handed over, or a receipt is not accepted."""

from kernel.errors import Conflict, Forbidden, NotFound, Removed, Unprocessable
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


class LinkOfAnother(Forbidden):
    """The link names the party that it serves, and the caller is another or has sent no key."""

    title = Text("链接不为您服务", "The link serves another")
    detail = Text(
        "该链接仅供 {to} 使用：请以其接口密钥请求；不能发送密钥的读取工具，请以 serves=holder 另取短时链接。",
        "This link serves {to} only: fetch it with that party's API key. For a reading tool that cannot send one, ask"
        " for links with serves=holder, which are short-lived.",
    )
    rule = "LT-DLV-02"


class DataStays(Conflict):
    """What was bought is a use in controlled environments; there are no files to hand out."""

    title = Text("数据不出域，没有可下载的文件", "The data stays where it is")
    detail = Text(
        "订单 {order} 仅许可在受控环境（{environments}）中计算，不提供文件；请由提供方记录计算结果后确认。",
        "The order {order} licenses computing in {environments} only, and hands out no files: the provider records each"
        " use, and its results are confirmed.",
    )
    rule = "LT-DLV-06"


class FilesHandedOut(Conflict):
    """Uses are recorded of data that stays; files are fetched, and their fetching is recorded by itself."""

    title = Text("该订单以文件交付", "This order is delivered in files")
    detail = Text(
        "订单 {order} 以文件交付，无须记录计算。", "The order {order} is delivered in files: no uses are recorded."
    )
    rule = "LT-DLV-06"


class UseNotShown(Unprocessable):
    """Data that is only computed on counts as received when a use of it and its result are shown; faults are listed."""

    title = Text("没有可证明的使用", "No use can be shown")
    detail = Text(
        "有 {count} 处不符：以计算方式交付的，须有提供方记录、买方确认结果的计算，方可收货和结算。",
        "{count} faults: what is delivered by computing is received and settled once a recorded use and its result are"
        " confirmed.",
    )
    rule = "LT-DLV-07"


class UseOutsideLicence(Unprocessable):
    """The use is not one that the licence allows, or cannot have happened; all faults are listed."""

    title = Text("计算超出许可", "The use lies outside the licence")
    detail = Text("有 {count} 处不符，请逐项更正。", "{count} faults; correct each of them.")
    rule = "LT-DLV-07"


class DataDestroyed(Removed):
    """The registered data no longer exists, so nothing of it is handed out any more."""

    title = Text("数据已灭失", "The data no longer exists")
    detail = Text(
        "该数据已于 {since} 灭失或销毁，不再提供。",
        "The data no longer exists since {since}: it was lost or destroyed, and nothing of it is handed out.",
    )
    rule = "LT-DLV-08"
