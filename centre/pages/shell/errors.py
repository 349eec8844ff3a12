"""Refusals as pages: all under /zh and /en, also where there is no page; elsewhere they are problem documents."""

from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request, Response
from litestar.exceptions import HTTPException

from centre.pages.shell import forms
from centre.pages.shell.languages import address, is_page
from centre.pages.shell.rendering import lang_of, onward, page
from kernel.errors import Conflict, DomainError, TooMany
from kernel.http import problems
from kernel.http.guards import SignInRequired, StepUpRequired
from kernel.rules import rulebook
from kernel.runtime import Runtime
from kernel.time.clock import day_in_china

Http = Request[Any, Any, Any]

OWN_STATUS: Final = (Conflict, TooMany)
"""Refusals of a form that keep their status; all others are 422."""


def on_domain_error(request: Http, error: DomainError) -> Response[Any]:
    """Draw a refusal as whoever asked can read it; where a member's proof is wanted, lead to where it is given."""
    if not is_page(request.scope["path"]):
        return problems.on_domain_error(request, error)
    if isinstance(error, SignInRequired | StepUpRequired) and request.method == "GET":
        where = "/sign-in" if isinstance(error, SignInRequired) else "/confirm"
        return onward(request, f"{where}?{urlencode({'next': address(request.scope, lang_of(request))})}")
    return refused(request, error)


def on_http_exception(request: Http, error: HTTPException) -> Response[bytes]:
    """Draw what the framework refuses."""
    if is_page(request.scope["path"]):
        return refused(request, problems.refusal(request, error))
    return problems.on_http_exception(request, error)


def on_exception(request: Http, error: Exception) -> Response[bytes]:
    """Draw what nobody foresaw, without a word of it."""
    if is_page(request.scope["path"]):
        return refused(request, problems.failure(request, error))
    return problems.on_exception(request, error)


def on_form_refused(request: Http, error: forms.FormRefused) -> Response[bytes]:
    """Draw the page of a form again, with what was entered and what is wrong with it."""
    refusal = error.refusal
    status = refusal.status if isinstance(refusal, OWN_STATUS) else 422
    form = forms.redrawn(error.submitted, refusal)
    answer = page(request, error.template, status=status, **error.context, form=form, errors=form.faults)
    answer.headers.update(problems.extra_headers(refusal))
    return answer


def refused(request: Http, error: DomainError) -> Response[bytes]:
    """A page that says what is wrong, by which rule, and what can be done."""
    runtime: Runtime = request.app.state.runtime
    rule = rulebook.in_force(day_in_china(runtime.clock.now())).cite(error.rule)
    answer = page(request, "error.html", status=error.status, error=error, rule=rule)
    answer.headers.update(problems.extra_headers(error))
    return answer
