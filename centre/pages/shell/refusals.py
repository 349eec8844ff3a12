"""What the pages themselves refuse, whatever stands on them."""

from kernel.errors import Forbidden, InvalidInput, Unprocessable
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


class KeyOnPage(InvalidInput):
    """An API key was sent to a page."""

    title = Text("页面不接受接口密钥", "Pages take no API key")
    detail = Text(
        "请去掉 Authorization 请求头；程序请使用 /v1 接口。",
        "Leave out the Authorization header; programs use the API under /v1.",
    )
    rule = "LT-PAG-02"
