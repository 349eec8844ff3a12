"""Coming in: by password and what follows it, or by a passkey; and going out."""

from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.response import Redirect

from centre.pages.shell import forms
from centre.pages.shell.languages import paths
from centre.pages.shell.rendering import lang_of, onward
from centre.pages.shell.rendering import page as draw
from centre.pages.signin import answers
from centre.pages.signin.pictures import qr
from kernel.act import Act
from kernel.http.guards import page
from kernel.signin import entry, sessions
from kernel.signin.errors import PasskeyRefused, StageOver
from kernel.signin.factors import codes, passkeys
from kernel.signin.schemas import Credentials
from kernel.signin.stages import look, member_of

Http = Request[Any, Any, Any]

PASSWORD: Final = forms.Fields(("email", "password", "uscc", "next"))
CODE: Final = forms.Fields(("code", "next"))
PASSKEY: Final = forms.Fields(("passkey", "next"))


@get(paths("/sign-in"), opt=page(), include_in_schema=False)
async def sign_in_page(request: Http, after: answers.Next = "") -> Response[Any]:
    """登录 · The form of e-mail address and password; whoever is signed in goes on."""
    if request.user.sign_in is not None:
        return Redirect(answers.target(request, after), status_code=303)
    form = forms.blank(request, PASSWORD, {"next": after})
    return draw(request, "signin/sign-in.html", form=form, passkeys=answers.allows_passkeys(request))


@answers.form_route("/sign-in", page())
async def sign_in(request: Http, act: NamedDependency[Act]) -> Response[Any]:
    """登录 · Check the password, and go on to what must follow it."""
    submitted = await forms.read(request, PASSWORD)
    with forms.answering(submitted, "signin/sign-in.html", passkeys=answers.allows_passkeys(request)):
        data = Credentials(submitted.get("email"), submitted.get("password"), submitted.get("uscc"))
        step = await entry.by_password(act, answers.visitor(request), data)
    return answers.stepped(request, step, submitted.get("next"))


@get(paths("/sign-in/code"), opt=page(), include_in_schema=False)
async def code_page(request: Http, act: NamedDependency[Act], after: answers.Next = "") -> Response[Any]:
    """第二重验证 · The form of the code, and the passkey in its place; one who is at no such step begins anew."""
    try:
        has_passkey = await _has_passkey(request, act)
    except StageOver:
        return onward(request, "/sign-in")
    return draw(request, "signin/code.html", form=forms.blank(request, CODE, {"next": after}), passkeys=has_passkey)


async def _has_passkey(request: Http, act: Act) -> bool:
    """Whether whoever is at the second factor has a passkey here; raises StageOver."""
    member = await member_of(act, await look(act, answers.stage_token(request), "second-factor"))
    return await answers.has_passkey(request, act, member.id)


@answers.form_route("/sign-in/code", page())
async def code(request: Http, act: NamedDependency[Act]) -> Response[Any]:
    """第二重验证 · Check the code and let the member in."""
    submitted = await forms.read(request, CODE)
    with forms.answering(submitted, "signin/code.html", passkeys=await _has_passkey(request, act)):
        step = await entry.by_code(act, answers.visitor(request), answers.stage_token(request), submitted.get("code"))
    return answers.stepped(request, step, submitted.get("next"))


@get(paths("/sign-in/enrolment"), opt=page(), include_in_schema=False)
async def enrolment_page(request: Http, act: NamedDependency[Act], after: answers.Next = "") -> Response[Any]:
    """设置第二重验证 · The secret for the app, as a picture and in letters."""
    try:
        context = await _enrolment(request, act)
    except StageOver:
        return onward(request, "/sign-in")
    return draw(request, "signin/enrolment.html", form=forms.blank(request, CODE, {"next": after}), **context)


async def _enrolment(request: Http, act: Act) -> dict[str, Any]:
    member, secret = await entry.enrolment(act, answers.stage_token(request))
    return {"secret": secret, "picture": qr(codes.address(secret, member.email))}


@answers.form_route("/sign-in/enrolment", page())
async def enrol(request: Http, act: NamedDependency[Act]) -> Response[Any]:
    """设置第二重验证 · Keep the app that a first code confirms, let the member in, and show its recovery codes once."""
    submitted = await forms.read(request, CODE)
    context = await _enrolment(request, act)
    with forms.answering(submitted, "signin/enrolment.html", **context):
        token = answers.stage_token(request)
        step, shown = await entry.enrol(act, answers.visitor(request), token, submitted.get("code"))
    go_on = answers.target(request, submitted.get("next"))
    answer = draw(request, "signin/recovery-codes.html", codes=shown, go_on=go_on)
    answers.begin(request, answer, step.token)
    return answer


@get(paths("/sign-in/passkey"), opt=page(), include_in_schema=False)
async def passkey_page(request: Http, act: NamedDependency[Act], after: answers.Next = "") -> Response[Any]:
    """通行密钥登录 · A challenge for the device, which the page's script hands to it."""
    if not answers.allows_passkeys(request):
        return onward(request, "/sign-in")
    token, options = await passkeys.ask(act, None, answers.url(request))
    answer = draw(request, "signin/passkey.html", form=forms.blank(request, PASSKEY, {"next": after}), options=options)
    answers.at_step(request, answer, token)
    return answer


@answers.form_route("/sign-in/passkey", page())
async def passkey(request: Http, act: NamedDependency[Act]) -> Response[Any]:
    """通行密钥登录 · Check what the device answered and let the member in."""
    submitted = await forms.read(request, PASSKEY)
    with forms.answering(submitted, "signin/passkey.html", options=""):
        if not submitted.get("passkey"):
            raise PasskeyRefused
        token, url = answers.stage_token(request), answers.url(request)
        step = await entry.by_passkey(act, answers.visitor(request), token, submitted.get("passkey"), url)
    return answers.stepped(request, step, submitted.get("next"))


@answers.form_route("/sign-out", page())
async def sign_out(request: Http, act: NamedDependency[Act]) -> Response[Any]:
    """退出登录 · End the session of this browser."""
    submitted = await forms.read(request, answers.NONE)
    with forms.answering(submitted, "signin/signed-out.html"):
        if act.actor.sign_in is not None:
            await sessions.end(act, act.actor.sign_in.session)
    answer = Redirect(f"/{lang_of(request)}", status_code=303)
    answers.forget(request, answer)
    return answer


ROUTES = [sign_in_page, sign_in, code_page, code, enrolment_page, enrol, passkey_page, passkey, sign_out]
