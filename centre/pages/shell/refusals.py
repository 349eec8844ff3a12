"""What the pages themselves refuse, whatever stands on them."""

from kernel.errors import Forbidden, InvalidInput, TooLarge, Unprocessable
from kernel.text import Text


class CrossSiteForm(Forbidden):
    """A form was submitted by a page of another site."""

    title = Text("该提交不是来自本站页面", "This did not come from a page of this site")
    detail = Text("请在本站打开该页面后再提交。", "Open the page on this site and submit it there.")
    rule = "LT-PAG-01"


class FormTokenFaulty(Unprocessable):
    """The form's token is missing, or was made for another visitor or an earlier session."""

    title = Text("页面已过期", "The page has expired")
    detail = Text(
        "所填内容已保留。请检查后再次提交。", "What you entered is still there. Check it and submit it again."
    )
    rule = "LT-PAG-01"


class ProofTooOld(Unprocessable):
    """The proof of who acts ran out while the form was filled in."""

    title = Text("请再次确认身份", "Prove anew who you are")
    detail = Text(
        "身份确认已超时，所填内容已保留：请用下方链接在新页面确认身份后，再次提交本页。",
        "The proof of who you are is too old; what you entered is kept. Prove it by the link below, then submit again.",
    )
    rule = "LT-SGN-08"


class TooLargeForPage(TooLarge):
    """What was asked for is larger than a page hands on."""

    detail = Text(
        "内容超过页面可转交的上限 {limit_bytes} 字节；请以接口密钥通过 /v1 下载。",
        "It is larger than the {limit_bytes} bytes that a page hands on; fetch it by an API key under /v1.",
    )


class KeyOnPage(InvalidInput):
    """An API key was sent to a page."""

    title = Text("页面不接受接口密钥", "Pages take no API key")
    detail = Text(
        "请去掉 Authorization 请求头；程序请使用 /v1 接口。",
        "Leave out the Authorization header; programs use the API under /v1.",
    )
    rule = "LT-PAG-02"
