"""What can be wrong with a file, its upload or the link to it."""

from kernel.errors import Forbidden, InvalidInput, TooLarge, Unavailable, Unprocessable
from kernel.text import Text


class FileTooLarge(TooLarge):
    """The upload says it is, or turns out to be, above the limit; nothing of it is kept."""

    title = Text("文件过大", "The file is too large")
    detail = Text(
        "文件超过上限 {limit_bytes} 字节，未保存。",
        "The file exceeds {limit_bytes} bytes; none of it is kept.",
    )


class StorageNotForRole(Forbidden):
    """None of the party's roles brings files here."""

    title = Text("该角色不存储文件", "This role stores no files")
    detail = Text(
        "贵方的角色不需要在中心存储文件，上传未被接受。可申请其他角色。",
        "None of your roles stores files at the centre; the upload was not accepted. You may apply for another role.",
    )
    rule = "LT-GEN-09"


class StorageQuotaExceeded(Unprocessable):
    """One more file would pass what the party may store, in all or today."""

    title = Text("超过存储配额", "The storage quota is exceeded")
    detail = Text(
        "{measure} 已用 {used}，本次需要 {adding}，上限 {limit}；未保存。"
        "用量见 GET /v1/storage，每日限额于次日（中国时间）恢复。",
        "{measure}: {used} used, {adding} more wanted, {limit} allowed; nothing was kept. See GET /v1/storage; "
        "what is allowed in a day begins anew at midnight in China.",
    )
    rule = "LT-GEN-09"


class FileNameUnusable(InvalidInput):
    """Nothing is left of the name without path parts and control characters."""

    title = Text("文件名不可用", "The file name cannot be used")
    detail = Text("请提供不含路径和控制字符的文件名。", "Give a file name without path parts and control characters.")


class FileEmpty(InvalidInput):
    """Not one byte arrived: whoever meant to send a file sent none."""

    title = Text("文件为空", "The file is empty")
    detail = Text("未收到任何内容，请将文件作为请求体发送。", "Nothing arrived; send the file as the body.")


class UploadIncomplete(InvalidInput):
    """Fewer or more bytes arrived than Content-Length said."""

    title = Text("上传不完整", "The upload is not complete")
    detail = Text(
        "声明 {declared_bytes} 字节，收到 {received_bytes} 字节，请重新上传。",
        "{declared_bytes} bytes were declared and {received_bytes} arrived; upload the file again.",
    )


class DigestUnreadable(InvalidInput):
    """The Repr-Digest header is not a structured field with a SHA-256 (RFC 9530)."""

    title = Text("摘要头无法读取", "The digest header cannot be read")
    detail = Text("Repr-Digest 头应为 sha-256=:base64:。", "Send the Repr-Digest header as sha-256=:base64:.")


class DigestMismatch(Unprocessable):
    """What arrived is not what the sender meant to send."""

    title = Text("摘要不一致", "The digest does not match")
    detail = Text(
        "收到内容的 SHA-256 为 {received_sha256}，与声明不符，未保存。",
        "The SHA-256 of what arrived is {received_sha256}, not the one declared; none of it is kept.",
    )
    rule = "LT-GEN-07"


class LinkExpired(Forbidden):
    """The link was ours and its time is over; a new one can be asked for while the agreement lasts."""

    title = Text("下载链接已过期", "The download link has expired")
    detail = Text("请重新获取下载链接。", "Ask for a new download link.")
    rule = "LT-DLV-02"


class LinkInvalid(Forbidden):
    """The link was altered, made for something else, or never ours."""

    title = Text("下载链接无效", "The download link is not valid")
    detail = Text("链接已被改动或并非由本中心签发。", "The link was altered or was not issued here.")
    rule = "LT-DLV-02"


class FileUnavailable(Unavailable):
    """The store does not hold the file as it was stored; this is the centre's fault and is looked into."""

    title = Text("文件暂不可用", "The file is unavailable for now")
    detail = Text("存储中的文件无法读取，请稍后重试。", "The stored file cannot be read; try again later.")
    rule = "LT-STO-02"
