"""What the pages of sign-in answer with: cookies set and taken back, and the next page."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from centre.pages.shell import forms
from centre.pages.shell.languages import paths
from centre.pages.shell.rendering import lang_of
from kernel.runtime import Runtime
from kernel.signin.door.visitor import Visitor, cookie, session_cookie, stage_cookie, token_in, visitor_of
from kernel.signin.rules import inside
from kernel.signin.stages import Step

Http = Request[Any, Any, Any]

PAGES = {"session": "", "second-factor": "/sign-in/code", "enrolment": "/sign-in/enrolment"}
"""Where each step of signing in leads."""


def form_route(path: str, opt: dict[str, Any]) -> Callable[[Callable[..., Any]], HTTPRouteHandler]:
    """The route that takes a page's form, at both addresses and within bounds."""
    return post(
        paths(path), opt=opt, status_code=200, include_in_schema=False, request_max_body_size=forms.FORM_BYTES_MAX
    )


def runtime_of(request: Http) -> Runtime:
    """The runtime behind a request."""
    runtime: Runtime = request.app.state.runtime
    return runtime


def visitor(request: Http) -> Visitor:
    """Who is at the door."""
    return visitor_of(request.scope, runtime_of(request))


def stage_token(request: Http) -> str | None:
    """The token of the step that this browser is at."""
    return token_in(request.scope, stage_cookie(runtime_of(request).settings))


def target(request: Http, path: str) -> str:
    """Where to go on: the page that was asked for, where it is one of ours, otherwise the member's own."""
    lang = lang_of(request)
    within = inside(path, lang)
    return f"/{lang}/account" if within == f"/{lang}/" else within


def stepped(request: Http, step: Step, after: str) -> Redirect:
    """Go on after a step: with a new session to where one wanted to go, otherwise to the page of the next step."""
    if step.purpose == "session":
        answer = Redirect(target(request, after), status_code=303)
        begin(request, answer, step.token)
        return answer
    query = f"?{urlencode({'next': after})}" if after else ""
    answer = Redirect(f"/{lang_of(request)}{PAGES[step.purpose]}{query}", status_code=303)
    at_step(request, answer, step.token)
    return answer


def at_step(request: Http, answer: Response[Any], token: str) -> None:
    """Let the browser know the step that it is at."""
    settings = runtime_of(request).settings
    answer.cookies.append(cookie(settings, stage_cookie(settings), token))


def begin(request: Http, answer: Response[Any], token: str) -> None:
    """Give the browser the session's new id; whatever it brought along is no id of ours."""
    settings = runtime_of(request).settings
    answer.cookies.append(cookie(settings, session_cookie(settings), token))
    answer.cookies.append(cookie(settings, stage_cookie(settings), "", 0))


def forget(request: Http, answer: Response[Any]) -> None:
    """Take the session's cookie back."""
    settings = runtime_of(request).settings
    answer.cookies.append(cookie(settings, session_cookie(settings), "", 0))
