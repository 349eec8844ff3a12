"""What the page of open public notices (登记公示) shows; programs read /v1/notices."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from kernel.text import Lang, Text
from kernel.time.workdays import working_days_between
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


def shown(views: Iterable[NoticeView], on: date, lang: Lang) -> list[dict[str, Any]]:
    """Notices with the words of a day and a language: type, rights and limits."""
    types = {(str(kind.regime), str(kind.code)): kind for kind in PROCEDURE.at(on).body.type}
    return [
        {
            "view": view,
            "days_left": working_days_between(on, view.notice_until),
            "type": getattr(types[view.regime, view.type], lang),
            "rights": [getattr(RIGHT_LABELS[Right(code)], lang) for code in view.rights],
            "limits": [(getattr(name, lang), getattr(words, lang)) for name, words in _limits(view)],
        }
        for view in views
    ]


def _limits(view: NoticeView) -> list[tuple[Text, Text]]:
    """The limits item by item, and what is added to them in words."""
    codes = [(item, str(view.scope[code])) for code, item in ITEMS.items() if view.scope and view.scope.get(code)]
    limits = [(item, PERMITTED.get(value, Text(value, value))) for item, value in codes]
    if view.restrictions:
        limits.append((Text("其他", "other"), Text(view.restrictions, view.restrictions)))
    return limits
