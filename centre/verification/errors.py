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


class RecomputationDeclined(Unprocessable):
    """Nothing trusted stands behind the file, and computing it again would cost more than strangers may ask for."""

    title = Text("未签名的文件过大，不予重算", "Unsigned and too large to be computed again")
    detail = Text(
        "该文件没有本中心的有效签名；未签名的计算超过 {limit_bytes} 字节时不在线重算。请以 liutong verify 离线核验。",
        "No signature of this centre holds for the file, and what is unsigned is computed again up to {limit_bytes} "
        "bytes only. Verify it offline with liutong verify.",
    )
    rule = "LT-VRF-04"


class VerificationBusy(Unavailable):
    """Files are checked a few at a time, and a few may wait."""

    title = Text("核验服务繁忙", "Verification is busy")
    detail = Text(
        "请稍后重试，或以 liutong verify 离线核验。", "Try again shortly, or verify offline with liutong verify."
    )
