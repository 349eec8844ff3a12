"""What the pages of sign-in answer with: cookies set and taken back, and the next page."""

from collections.abc import Callable
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from litestar import Request, Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter
from litestar.response import Redirect

from centre.pages.shell import forms
from centre.pages.shell.languages import paths
from centre.pages.shell.rendering import lang_of
from kernel.act import Act
from kernel.runtime import Runtime
from kernel.signin.door.visitor import Visitor, cookie, session_cookie, stage_cookie, token_in, visitor_of
from kernel.signin.factors import passkeys
from kernel.signin.rules import inside, relying_party
from kernel.signin.stages import Step

Http = Request[Any, Any, Any]
Next = Annotated[str, QueryParameter(name="next", max_length=1_600)]
"""Where to go on to when what is asked for here is done."""

NONE: Final = forms.Fields(())
"""A form of one button."""

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


def url(request: Http) -> str:
    """The centre's public address, to which passkeys are bound and links lead."""
    return runtime_of(request).settings.public_url


def allows_passkeys(request: Http) -> bool:
    """Whether anybody can have a passkey at this centre's address."""
    return relying_party(url(request)) is not None


async def has_passkey(request: Http, act: Act, member_id: str) -> bool:
    """Whether a member can prove itself by a passkey here."""
    return allows_passkeys(request) and await passkeys.count(act.session, member_id) > 0


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
