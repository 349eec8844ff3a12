"""An organisation applies for admission; the key that it is given stands on the answer and nowhere else."""

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from centre.pages.portal.names import PARTY_KINDS, PLEDGES, ROLES, options
from centre.pages.shell import forms
from centre.pages.shell.languages import paths
from centre.pages.shell.once import first_time
from centre.pages.shell.rendering import lang_of, onward
from centre.pages.shell.rendering import page as draw
from kernel.act import Act
from kernel.http.guards import page
from kernel.identity import commands, rules
from kernel.identity.schemas import ApplyForAdmission
from kernel.runtime import Runtime
from kernel.text import Text

Http = Request[Any, Any, Any]

LABELS: Final = {
    "uscc": Text("统一社会信用代码", "Unified social credit code"),
    "name": Text("单位全称", "Full name of the organisation"),
    "kind": Text("单位类型", "Kind of organisation"),
    "roles": Text("参与角色", "What you will take part as"),
    "pledges": Text("承诺", "Pledges"),
    "contact/name": Text("联系人姓名", "Name of the contact"),
    "contact/email": Text("联系人电子邮箱", "E-mail of the contact"),
    "contact/phone": Text("联系人电话", "Telephone of the contact"),
    "member/name": Text("成员姓名", "Name of the member"),
    "member/email": Text("成员电子邮箱（登录名）", "E-mail of the member, to sign in with"),
    "member/password": Text("成员密码", "Password of the member"),
}
FIELDS: Final = forms.Fields(
    names=tuple(LABELS), many=frozenset({"roles", "pledges"}), labels=LABELS, wholes=frozenset({"contact"})
)


@get(paths("/apply"), opt=page(), include_in_schema=False)
async def application(request: Http, act: NamedDependency[Act]) -> Response[bytes]:
    """申请入驻 · The form of an application."""
    return draw(request, "apply.html", form=forms.blank(request, FIELDS), **_lists(request, act))


@post(paths("/apply"), opt=page(), status_code=201, include_in_schema=False, request_max_body_size=forms.FORM_BYTES_MAX)
async def apply(request: Http, runtime: NamedDependency[Runtime], act: NamedDependency[Act]) -> Response[Any]:
    """提交申请 · Take the application and show the first key this once; sent again, the form is done already."""
    submitted = await forms.read(request, FIELDS)
    with forms.answering(submitted, "apply.html", **_lists(request, act)):
        data = submitted.into(ApplyForAdmission)
        if not await first_time(submitted, act):
            return onward(request, "/apply/received")
        made = await commands.apply_for_admission(act, data, sandbox=runtime.settings.sandbox)
    return draw(request, "applied.html", status=201, made=made)


@get(paths("/apply/received"), opt=page(), include_in_schema=False)
async def received(request: Http) -> Response[bytes]:
    """已收到申请 · What whoever sends an application twice is told; the key was on the first answer."""
    return draw(request, "applied.html", made=None)


def _lists(request: Http, act: Act) -> dict[str, Any]:
    admission, lang = rules.ADMISSION.at(act.today).body, lang_of(request)
    return {
        "labels": LABELS,
        "kinds": options(PARTY_KINDS, lang, admission.kinds),
        "roles": options(ROLES, lang, admission.open_roles),
        "pledges": options(PLEDGES, lang),
    }


ROUTES = [application, apply, received]
