"""The way in: by password and what must come after it, or by a passkey alone."""

from sqlalchemy import select

from kernel.act import Act
from kernel.db import locked
from kernel.http.guards import PartyNotAdmitted
from kernel.identity.models import Member, Party
from kernel.identity.states import PartyState
from kernel.log.record import record
from kernel.passwords.hashing import hashed, is_outdated, verified
from kernel.signin import sessions
from kernel.signin.door import attempts
from kernel.signin.door.visitor import Visitor
from kernel.signin.errors import SecondFactorWrong, SignInRefused, StageOver
from kernel.signin.factors import codes, passkeys
from kernel.signin.rules import POLICY, needs_second_factor
from kernel.signin.schemas import Credentials
from kernel.signin.stages import Step, look, member_of, open_stage, take


async def by_password(act: Act, visitor: Visitor, data: Credentials) -> Step:
    """Check a password, and go on to what must come after it; whoever needs nothing more is signed in.

    Raises SignInDelayed, SignInRefused in the same words and after the same work whatever is wrong, and
    PartyNotAdmitted to whoever has shown the right password.
    """
    email = data.email.strip().lower()
    names = (attempts.account(email), attempts.address(visitor))
    await attempts.charge(act, visitor, *names)
    pair = await _candidate(act, email, data.uscc.strip().upper())
    right = await verified(None if pair is None else pair[0].password_hash, data.password)
    if pair is None or not right:
        raise SignInRefused
    member, party = pair
    _require_admitted(party)
    if is_outdated(member.password_hash):
        member.password_hash = await hashed(data.password)
    roles = [role for role in member.roles if role in party.roles]
    if await codes.has_app(act.session, member.id) or await passkeys.count(act.session, member.id):
        step = Step("second-factor", await open_stage(act, "second-factor", member.id))
    elif needs_second_factor(roles, POLICY.at(act.today).body):
        step = Step("enrolment", await open_stage(act, "enrolment", member.id, codes.new_secret().encode()))
    else:
        return await _enter(act, visitor, member, "password", *names)
    await attempts.spare(act, *names)  # Where it ends here, being in takes the attempt back, and once is enough.
    return step


async def _candidate(act: Act, email: str, uscc: str) -> tuple[Member, Party] | None:
    """The one member that an address stands for: of an admitted organisation before others, its oldest membership.

    Anybody may apply with anybody's address; who was admitted has shown whose it is.
    """
    query = select(Member, Party).join(Party, Party.id == Member.party_id)
    query = query.where(Member.email == email, Member.removed_at.is_(None))
    if uscc:
        query = query.where(Party.uscc == uscc)
    admitted_first = (Party.status == PartyState.ADMITTED).desc()
    row = (await act.session.execute(query.order_by(admitted_first, Member.created_at, Member.id).limit(1))).first()
    return None if row is None else (row[0], row[1])


def _require_admitted(party: Party) -> None:
    if party.status is not PartyState.ADMITTED:
        raise PartyNotAdmitted(state=str(party.status))


async def _enter(act: Act, visitor: Visitor, member: Member, strength: str, *charged: bytes) -> Step:
    _require_admitted(await act.session.get_one(Party, member.party_id))
    if act.actor.sign_in is not None:
        # Whoever signs in where somebody is signed in takes that one's place.
        await sessions.end(act, act.actor.sign_in.session)
    await attempts.succeed(act, member.email, *charged)
    return Step("session", await sessions.begin(act, member, strength, visitor))


async def by_code(act: Act, visitor: Visitor, token: str | None, code: str) -> Step:
    """Show the second factor after the password: a code of the app or a recovery code.

    Raises StageOver, SignInDelayed and SecondFactorWrong.
    """
    stage = await look(act, token, "second-factor")
    member = await member_of(act, stage)
    charged = (attempts.account(member.email), attempts.address(visitor))
    await attempts.charge(act, visitor, *charged)
    if not await codes.take(act.session, member.id, code, visitor.outside_at, act.at):
        raise SecondFactorWrong
    stage.used_at = act.at
    return await _enter(act, visitor, member, "second-factor", *charged)


async def enrolment(act: Act, token: str | None) -> tuple[Member, str]:
    """Who must add a second factor before being let in, and the secret to show to the app; raises StageOver."""
    stage = await look(act, token, "enrolment")
    return await member_of(act, stage), (stage.challenge or b"").decode()


async def enrol(act: Act, visitor: Visitor, token: str | None, code: str) -> tuple[Step, list[str]]:
    """Add the app by its first code and be let in; gives the recovery codes too, shown this once.

    Raises StageOver, SignInDelayed and SecondFactorWrong.
    """
    member, secret = await enrolment(act, token)
    charged = (attempts.account(member.email), attempts.address(visitor))
    await attempts.charge(act, visitor, *charged)
    await take(act, token, "enrolment")
    await locked(act.session, Member, member.id)  # Of two who enrol for one member the second finds the first's app.
    if await codes.has_app(act.session, member.id) or await passkeys.count(act.session, member.id):
        raise StageOver
    shown = await add_app(act, member, secret, code, visitor)
    return await _enter(act, visitor, member, "second-factor", *charged), shown


async def add_app(act: Act, member: Member, secret: str, code: str, visitor: Visitor) -> list[str]:
    """Keep an app's secret that a right code confirms, and give new recovery codes; raises SecondFactorWrong."""
    step = codes.step_of(secret, code.strip(), visitor.outside_at, 0)
    if step is None:
        raise SecondFactorWrong
    await codes.enrol(act.session, member.id, secret, step, act.at)
    record(act, "kernel.second-factor.added", member.id, parties=[member.party_id], facts={"kind": "app"})
    count = POLICY.at(act.today).body.recovery_codes
    return await codes.new_recovery_codes(act.session, member.id, count, act.at)


async def by_passkey(act: Act, visitor: Visitor, token: str | None, answer: str, public_url: str) -> Step:
    """Sign in by a passkey alone, which is two factors in one; or after the password, in the place of a code.

    Raises SignInDelayed, StageOver, PasskeyRefused and PartyNotAdmitted. It is counted for the address alone: nobody
    is kept from a passkey by what others tried with an account.
    """
    await attempts.charge(act, visitor, attempts.address(visitor))
    member = await act.session.get_one(Member, await passkeys.answered(act, token, answer, public_url))
    if member.removed_at is not None:
        raise SignInRefused
    return await _enter(act, visitor, member, "passkey", attempts.address(visitor))
