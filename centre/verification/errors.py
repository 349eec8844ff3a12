"""Refusals of the verification service."""

from kernel.errors import TooLarge, Unavailable, Unprocessable
from kernel.text import Text


class DocumentUnreadable(Unprocessable):
    """What was sent is not an issued document in any of its forms, so there is nothing to verify."""

    title = Text("不是可核验的文书", "This is not a document that can be verified")
    detail = Text(
        "所提交的文件不是本中心签发文书的 JSON、PDF 或证据包：{why}。",
        "The file is not an issued document as JSON, PDF or evidence bundle: {why}.",
    )
    rule = "LT-VRF-02"


class DocumentTooLarge(TooLarge):
    """Issued documents are small; whatever is larger is not one."""

    title = Text("文件过大", "The file is too large")
    detail = Text("核验文件不超过 {limit_bytes} 字节。", "A file to verify has at most {limit_bytes} bytes.")
    rule = "LT-VRF-03"


class VerificationBusy(Unavailable):
    """Files that need a process of their own are checked a few at a time, and a few may wait."""

    title = Text("核验服务繁忙", "Verification is busy")
    detail = Text(
        "请稍后重试，或以 liutong verify 离线核验。", "Try again shortly, or verify offline with liutong verify."
    )
