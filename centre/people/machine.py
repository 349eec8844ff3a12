"""What whoever keeps the centre's machine does for the centre's own members: nobody else can for the first of them."""

from sqlalchemy import select

from centre.process import open_runtime
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import find_locked, locked
from kernel.errors import NotFound
from kernel.identity.credentials import centre_party
from kernel.identity.models import Member, Party
from kernel.members import commands, invitations
from kernel.members.schemas import InviteMember
from kernel.postgres.database import database
from kernel.settings import Settings
from kernel.signin import resets
from migrations import run


async def invite(settings: Settings, email: str, name: str, roles: list[str], *, administrator: bool) -> str:
    """Invite a person to the centre; gives the link. Raises NotFound before the centre was founded."""
    data = InviteMember(email=email, name=name, roles=roles, administrator=administrator)
    async with database(settings) as ready:
        await run.upgrade(str(ready.database_url))
        async with open_runtime(ready) as runtime, runtime.act() as act:
            made = await invitations.invite_to(act.by(SYSTEM), await _centre(act), data, public_url=ready.public_url)
            return str(made.link)


async def reset(settings: Settings, email: str, *, clears_factors: bool) -> str:
    """Make a link by which a member of the centre sets a new password; raises NotFound for whoever is none."""
    async with database(settings) as ready:
        await run.upgrade(str(ready.database_url))
        async with open_runtime(ready) as runtime, runtime.act() as act:
            party = await _centre(act)
            people = select(Member).where(Member.party_id == party.id, Member.email == email.strip().lower())
            member = await find_locked(act.session, people.where(Member.removed_at.is_(None)))
            if member is None:
                raise NotFound(kind="member", id=email)
            _, secret = await resets.make(act.by(SYSTEM), member, clears_factors=clears_factors)
            return f"{ready.public_url}{commands.LINK}{secret}"


async def _centre(act: Act) -> Party:
    """The centre itself, locked; raises NotFound before its founding."""
    return await locked(act.session, Party, (await centre_party(act.session)).id)
