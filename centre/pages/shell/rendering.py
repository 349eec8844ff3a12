"""Drawing a page: the template, what every page knows, and the cookie of a form where one was begun."""

from functools import cache
from typing import Any, cast

from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import MediaType, Request, Response
from litestar.response import Redirect

from centre.pages.shell import tokens
from centre.pages.shell.files import static
from centre.pages.shell.languages import LANGS, TAGS, address, lang_of_path, other
from centre.pages.shell.words import Words
from kernel.http import problems
from kernel.runtime import Runtime
from kernel.signin.sessions import VISITOR
from kernel.text import Lang

Http = Request[Any, Any, Any]


@cache
def environment() -> Environment:
    """The templates of the pages: all output is escaped, and an undefined name is an error."""
    made = Environment(
        loader=PackageLoader("centre.pages", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["static"] = static
    return made


def lang_of(request: Http) -> Lang:
    """The language of a page that is asked for."""
    return lang_of_path(request.scope["path"])


def words_of(request: Http) -> Words:
    """The words of a page, at the moment of the centre's clock."""
    runtime: Runtime = request.app.state.runtime
    return Words(lang_of(request), runtime.clock.now())


def page(request: Http, template: str, *, status: int = 200, **context: Any) -> Response[bytes]:
    """Draw a template as the answer; `context` is what it shows beside what every page shows."""
    runtime: Runtime = request.app.state.runtime
    lang, scope = lang_of(request), cast(dict[str, Any], request.scope)
    whole = {
        "t": words_of(request),
        "lang": lang,
        "other": other(lang),
        "other_address": address(request.scope, other(lang)),
        "alternates": [(TAGS[each], runtime.settings.public_url + address(request.scope, each)) for each in LANGS],
        "sandbox": runtime.settings.sandbox,
        "visitor": scope.get(VISITOR),
        "request_id": str(scope.get("request_id", "")),
        "errors": [],
        **context,
    }
    html = environment().get_template(template).render(whole)
    answer = Response(
        html.encode(), status_code=status, media_type=MediaType.HTML, headers={"Content-Language": TAGS[lang]}
    )
    if (cookie := tokens.new_cookie(request)) is not None:
        answer.cookies.append(cookie)
    return answer


def onward(request: Http, path: str) -> Redirect:
    """Lead to another page after something was done (303): `onward(request, "/orders/…")`, in the same language."""
    return Redirect(f"/{lang_of(request)}{path}", status_code=303)


def by_language(request: Http, path: str = "") -> Redirect:
    """Lead from an address without a language to the page in the reader's (303)."""
    headers = {"Vary": "Accept-Language", "Cache-Control": "no-store"}
    return Redirect(f"/{problems.lang_of(request)}{path}", status_code=303, headers=headers)
