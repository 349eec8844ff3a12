"""Coming in by a link: an invitation, and a new password for whoever has forgotten it."""

from typing import Annotated, Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from centre.pages.shell import forms
from centre.pages.shell.languages import paths
from centre.pages.shell.rendering import onward
from centre.pages.shell.rendering import page as draw
from centre.pages.signin import answers
from kernel.act import Act
from kernel.http.guards import page
from kernel.identity.models import Party
from kernel.members import invitations
from kernel.members.models import MemberInvitation
from kernel.members.schemas import AcceptInvitation
from kernel.signin import resets
from kernel.signin.schemas import UseReset

Http = Request[Any, Any, Any]
Secret = Annotated[str, QueryParameter(max_length=100)]

INVITATION: Final = forms.Fields(("secret", "name", "password"))
RESET: Final = forms.Fields(("secret", "new_password"))


@get(paths("/invitation"), opt=page(), include_in_schema=False)
async def invitation_page(request: Http, act: NamedDependency[Act], secret: Secret = "") -> Response[Any]:
    """接受邀请 · Who invites, as what, and the form of name and password."""
    invitation, party = await invitations.look(act, secret)
    form = forms.blank(request, INVITATION, {"secret": secret, "name": invitation.name})
    return draw(request, "signin/invitation.html", form=form, **_shown(invitation, party))


def _shown(invitation: MemberInvitation, party: Party) -> dict[str, Any]:
    """What the page tells, as it was read: after a refusal the rows are gone with their unit."""
    return {"party_name": party.name, "email": invitation.email, "expires_at": invitation.expires_at}


@answers.form_route("/invitation", page())
async def accept(request: Http, act: NamedDependency[Act]) -> Response[Any]:
    """接受邀请 · Become a member, and sign in with the password that was chosen."""
    submitted = await forms.read(request, INVITATION)
    invitation, party = await invitations.look(act, submitted.get("secret"))
    with forms.answering(submitted, "signin/invitation.html", **_shown(invitation, party)):
        await invitations.accept(act, answers.visitor(request), submitted.into(AcceptInvitation))
    return onward(request, "/sign-in")


@get(paths("/reset"), opt=page(), include_in_schema=False)
async def reset_page(request: Http, secret: Secret = "") -> Response[Any]:
    """重设密码 · The form of a new password; whether the link is good is told when it is used."""
    return draw(request, "signin/reset.html", form=forms.blank(request, RESET, {"secret": secret}))


@answers.form_route("/reset", page())
async def reset(request: Http, act: NamedDependency[Act]) -> Response[Any]:
    """重设密码 · Set the new password, and sign in with it."""
    submitted = await forms.read(request, RESET)
    with forms.answering(submitted, "signin/reset.html"):
        await resets.use(act, answers.visitor(request), submitted.into(UseReset))
    return onward(request, "/sign-in")


@get(paths("/forgotten"), opt=page(), include_in_schema=False)
async def forgotten_page(request: Http) -> Response[Any]:
    """忘记密码 · Whom to ask for a link: the centre sends no mail."""
    return draw(request, "signin/forgotten.html")


ROUTES = [invitation_page, accept, reset_page, reset, forgotten_page]
