"""A member's own sign-in: proof anew, password, second factors, passkeys and sessions.

What changes what one signs in with asks for a proof that is minutes old.
"""

from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from centre.pages.shell import forms
from centre.pages.shell.languages import paths
from centre.pages.shell.rendering import onward
from centre.pages.shell.rendering import page as draw
from centre.pages.signin import answers
from centre.pages.signin.names import role_names
from centre.pages.signin.pictures import qr
from kernel import ids
from kernel.act import Act
from kernel.http.guards import members
from kernel.signin import account, sessions
from kernel.signin.factors import codes, passkeys
from kernel.signin.schemas import ChangePassword, NamePasskey, Proof

Http = Request[Any, Any, Any]

PROOF: Final = forms.Fields(("password", "code", "passkey", "token", "next"))
PASSWORDS: Final = forms.Fields(("password", "new_password"))
APP: Final = forms.Fields(("token", "code"))
NEW_PASSKEY: Final = forms.Fields(("token", "name", "passkey"))


@get(paths("/account"), opt=members(), include_in_schema=False)
async def account_page(request: Http, act: NamedDependency[Act]) -> Response[Any]:
    """我的账户 · What one may do, what one signs in with, and where one is signed in."""
    member = await account.own(act)
    context: dict[str, Any] = {
        "member": member,
        "roles": role_names(sorted(map(str, act.actor.roles))),
        "has_app": await codes.has_app(act.session, member.id),
        "codes_left": await codes.recovery_codes_left(act.session, member.id),
        "passkeys": await passkeys.passkeys_of(act.session, member.id),
        "passkeys_here": answers.allows_passkeys(request),
        "sessions": await sessions.own_sessions(act),
        "form": forms.blank(request, answers.NONE),
    }
    return draw(request, "signin/account.html", **context)


@get(paths("/confirm"), opt=members(), include_in_schema=False)
async def confirm_page(request: Http, act: NamedDependency[Act], after: answers.Next = "") -> Response[Any]:
    """确认身份 · The proof that is asked anew before what weighs, and a challenge for the member's passkeys."""
    context, token, options = await _proofs(request, act), "", ""
    if context["passkeys"]:
        token, options = await passkeys.ask(act, act.actor.member, answers.url(request))
    form = forms.blank(request, PROOF, {"next": after, "token": token})
    return draw(request, "signin/confirm.html", form=form, options=options, **context)


async def _proofs(request: Http, act: Act) -> dict[str, Any]:
    """What the member may prove itself with beside its password."""
    member = act.actor.member or ""
    return {
        "has_app": await codes.has_app(act.session, member),
        "passkeys": await answers.has_passkey(request, act, member),
    }


@answers.form_route("/confirm", members())
async def confirm(request: Http, act: NamedDependency[Act]) -> Response[Any]:
    """确认身份 · Note the proof; the session goes on under a new id."""
    submitted = await forms.read(request, PROOF)
    with forms.answering(submitted, "signin/confirm.html", options="", **await _proofs(request, act)):
        data = Proof(submitted.get("password"), submitted.get("code"), submitted.get("passkey"))
        asked, url = submitted.get("token") or None, answers.url(request)
        token = await account.prove(act, answers.visitor(request), data, asked, url)
    answer = Redirect(answers.target(request, submitted.get("next")), status_code=303)
    answers.begin(request, answer, token)
    return answer


@get(paths("/account/password"), opt=members(step_up=True), include_in_schema=False)
async def password_page(request: Http) -> Response[Any]:
    """修改密码 · The form of the present and the new password."""
    return draw(request, "signin/password.html", form=forms.blank(request, PASSWORDS))


@answers.form_route("/account/password", members(step_up=True))
async def password(request: Http, act: NamedDependency[Act]) -> Response[Any]:
    """修改密码 · Change it; every other session ends."""
    submitted = await forms.read(request, PASSWORDS)
    with forms.answering(submitted, "signin/password.html"):
        token = await account.change_password(act, answers.visitor(request), submitted.into(ChangePassword))
    answer = onward(request, "/account")
    answers.begin(request, answer, token)
    return answer


@get(paths("/account/app"), opt=members(step_up=True), include_in_schema=False)
async def app_page(request: Http, act: NamedDependency[Act]) -> Response[Any]:
    """添加验证器应用 · The secret for the app, as a picture and in letters."""
    token = await account.ask_app(act)
    form = forms.blank(request, APP, {"token": token})
    return draw(request, "signin/app.html", form=form, **await _app(act, token))


async def _app(act: Act, token: str) -> dict[str, Any]:
    member, secret = await account.app_secret(act, token)
    return {"secret": secret, "picture": qr(codes.address(secret, member.email))}


@answers.form_route("/account/app", members(step_up=True))
async def app(request: Http, act: NamedDependency[Act]) -> Response[Any]:
    """添加验证器应用 · Keep the app that a first code confirms, and show the recovery codes this once."""
    submitted = await forms.read(request, APP)
    with forms.answering(submitted, "signin/app.html", **await _app(act, submitted.get("token"))):
        token = submitted.get("token")
        shown = await account.confirm_app(act, answers.visitor(request), token, submitted.get("code"))
    return draw(request, "signin/recovery-codes.html", codes=shown, go_on=answers.target(request, ""))


@answers.form_route("/account/app/removal", members(step_up=True))
async def remove_app(request: Http, act: NamedDependency[Act]) -> Response[Any]:
    """移除验证器应用 · Forget the app and its recovery codes."""
    with forms.answering(await forms.read(request, answers.NONE), "signin/notice.html"):
        await account.remove_app(act)
    return onward(request, "/account")


@answers.form_route("/account/recovery-codes", members(step_up=True))
async def recovery_codes(request: Http, act: NamedDependency[Act]) -> Response[Any]:
    """更换恢复码 · New recovery codes in the place of all earlier ones, shown this once."""
    with forms.answering(await forms.read(request, answers.NONE), "signin/notice.html"):
        shown = await account.renew_recovery_codes(act)
    return draw(request, "signin/recovery-codes.html", codes=shown, go_on=answers.target(request, ""))


@get(paths("/account/passkeys/new"), opt=members(step_up=True), include_in_schema=False)
async def new_passkey_page(request: Http, act: NamedDependency[Act]) -> Response[Any]:
    """添加通行密钥 · A challenge for the device, and a name for its key."""
    token, options = await passkeys.ask_registration(act, await account.own(act), answers.url(request))
    return draw(
        request, "signin/new-passkey.html", form=forms.blank(request, NEW_PASSKEY, {"token": token}), options=options
    )


@answers.form_route("/account/passkeys/new", members(step_up=True))
async def new_passkey(request: Http, act: NamedDependency[Act]) -> Response[Any]:
    """添加通行密钥 · Keep the public half of the key that the device has made."""
    submitted = await forms.read(request, NEW_PASSKEY)
    with forms.answering(submitted, "signin/new-passkey.html", options=""):
        data = NamePasskey(submitted.get("name")[:60] or "Passkey", submitted.get("passkey"))
        await passkeys.register(act, submitted.get("token"), data, answers.url(request))
    return onward(request, "/account")


@answers.form_route("/account/passkeys/{passkey_id:str}/removal", members(step_up=True))
async def remove_passkey(request: Http, passkey_id: FromPath[str], act: NamedDependency[Act]) -> Response[Any]:
    """移除通行密钥 · Forget one passkey."""
    with forms.answering(await forms.read(request, answers.NONE), "signin/notice.html"):
        await account.remove_passkey(act, ids.require("psk", passkey_id))
    return onward(request, "/account")


@answers.form_route("/account/sessions/{session_id:str}/end", members())
async def end_session(request: Http, session_id: FromPath[str], act: NamedDependency[Act]) -> Response[Any]:
    """结束登录会话 · Sign oneself out elsewhere."""
    with forms.answering(await forms.read(request, answers.NONE), "signin/notice.html"):
        await sessions.end(act, ids.require("ses", session_id))
    return onward(request, "/account")


ROUTES = [
    account_page,
    confirm_page,
    confirm,
    password_page,
    password,
    app_page,
    app,
    remove_app,
    recovery_codes,
    new_passkey_page,
    new_passkey,
    remove_passkey,
    end_session,
]
