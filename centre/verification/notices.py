"""The open public notices (登记公示) as a page for people; programs read /v1/notices."""

from typing import Any, Final

from litestar import MediaType, Request, Response, get
from litestar.di import NamedDependency

from kernel.act import Act
from kernel.documents import render
from kernel.http.guards import page
from kernel.http.problems import lang_of
from kernel.text import Text
from kernel.time.clock import day_in_china
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit
from rights.cases.queries import notices
from rights.cases.schemas import NoticeView
from rights.registrations.policy import PROCEDURE
from rights.terms import RIGHT_LABELS, Right

ITEMS: Final = {
    "recipients": Text("使用主体", "by whom"),
    "qualification": Text("资质要求", "qualification"),
    "environment": Text("使用环境", "environment"),
    "region": Text("使用地域", "region"),
    "resale": Text("转售、转授权", "passing on"),
    "export": Text("出境", "abroad"),
}
PERMITTED: Final = {
    "allowed": Text("允许", "allowed"),
    "with-consent": Text("经同意", "with consent"),
    "after-assessment": Text("经评估", "after assessment"),
    "forbidden": Text("禁止", "forbidden"),
}


@get("/notices", opt=page(), media_type=MediaType.HTML, include_in_schema=False)
async def notices_page(
    request: Request[Any, Any, Any], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Response[str]:
    """登记公示 · What anybody may object to now, those that end first coming first."""
    lang = lang_of(request)
    page = await notices(act, limit, cursor)
    types = {(str(kind.regime), str(kind.code)): kind for kind in PROCEDURE.at(day_in_china(act.at)).body.type}
    shown = [
        {
            "view": view,
            "type": getattr(types[view.regime, view.type], lang),
            "rights": [getattr(RIGHT_LABELS[Right(code)], lang) for code in view.rights],
            "limits": [(getattr(name, lang), getattr(words, lang)) for name, words in _limits(view)],
        }
        for view in page.items
    ]
    html = render.environment().get_template("notices.html").render(lang=lang, shown=shown, next=page.next)
    headers = {"Cache-Control": "no-cache", "Content-Language": lang, "Vary": "Accept-Language"}
    return Response(html, media_type=MediaType.HTML, headers=headers)


def _limits(view: NoticeView) -> list[tuple[Text, Text]]:
    """The limits item by item, and what is added to them in words."""
    codes = [(item, str(view.scope[code])) for code, item in ITEMS.items() if view.scope and view.scope.get(code)]
    limits = [(item, PERMITTED.get(value, Text(value, value))) for item, value in codes]
    if view.restrictions:
        limits.append((Text("其他", "other"), Text(view.restrictions, view.restrictions)))
    return limits


ROUTES = [notices_page]
