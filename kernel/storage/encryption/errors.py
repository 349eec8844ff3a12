"""What keeps an encrypted object from being read."""

from kernel.errors import Removed, Unavailable
from kernel.text import Text


class KeysUnavailable(Unavailable):
    """The keys cannot be reached, so nothing that is encrypted can be read; it is never served or stored plain."""

    title = Text("密钥暂不可用", "The keys are unavailable for now")
    detail = Text(
        "密钥服务无法访问，已加密的文件暂不能读取或存储，请稍后重试。",
        "The key store cannot be reached: encrypted files are neither read nor stored until it can. Try again later.",
    )
    rule = "LT-STO-01"


class FileDestroyed(Removed):
    """The key of the file was destroyed, so that nobody can read it again."""

    title = Text("文件已销毁", "The file was destroyed")
    detail = Text(
        "该文件的密钥已由两人批准销毁，内容不可恢复。",
        "The key of this file was destroyed with the approval of two; its content cannot be read again.",
    )
    rule = "LT-STO-03"
