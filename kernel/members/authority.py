"""Who may manage whom: an administrator or the managing key, and nobody beyond its own roles."""

from collections.abc import Iterable

from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.errors import FieldError
from kernel.identity import rules as identity
from kernel.identity.models import ApiKey, Member, Party
from kernel.members import rules
from kernel.members.errors import AdministratorOnly, MemberBeyondAuthority


async def manages(act: Act) -> bool:
    """Whether the actor manages its party: as an administrator, or by a key that no other hand made."""
    if act.actor.sign_in is not None:
        return act.actor.sign_in.administrator
    key = await act.session.get(ApiKey, act.actor.key)
    return key is not None and key.made_by is None


async def require_manager(act: Act) -> None:
    """Refuse whoever does not manage the party."""
    if not await manages(act):
        raise AdministratorOnly


def _allowed(act: Act, party: Party) -> frozenset[str]:
    """The roles that the actor may give to others and take away, as with keys; at the centre's machine every one."""
    if act.actor is SYSTEM:
        return frozenset(party.roles)
    access = identity.ACCESS.at(act.today).body
    return identity.authority(party.roles, act.actor.roles, access, centre=party.centre)


def role_faults(act: Act, party: Party, roles: Iterable[str]) -> list[FieldError]:
    """What is wrong with giving somebody these roles."""
    wanted = list(roles)
    return rules.role_faults(wanted, _allowed(act, party), identity.clash(wanted, identity.ACCESS.at(act.today).body))


def require_authority(act: Act, party: Party, row: Member) -> None:
    """Refuse to manage a member whose roles reach beyond the actor's; oneself one may always manage."""
    if row.id == act.actor.member:
        return
    allowed = _allowed(act, party)
    beyond = [role for role in row.roles if role in party.roles and role not in allowed]
    if beyond:
        raise MemberBeyondAuthority(roles=", ".join(beyond), allowed=", ".join(sorted(allowed)) or "-")
