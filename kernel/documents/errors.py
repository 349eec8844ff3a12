"""What can keep a document from its printed form."""

from kernel.errors import Unprocessable
from kernel.text import Text


class GlyphMissing(Unprocessable):
    """A certificate that silently drops a character of a name would certify another name."""

    title = Text("证书字体缺少字符", "The certificate's font lacks a character")
    detail = Text(
        "字体不含下列字符，无法如实排印：{characters}。可下载可验证凭证（JSON）。",
        "The font lacks these characters, so the certificate cannot be printed faithfully: {characters}. The credential"
        " itself (JSON) is available.",
    )
    rule = "LT-VRF-01"
