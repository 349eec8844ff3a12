"""What a member does with its own sign-in: prove anew who it is, change the password, add and remove factors."""

from kernel.act import Act
from kernel.db import locked
from kernel.errors import NotFound
from kernel.identity.models import Member, Party
from kernel.log.record import record
from kernel.passwords import rules as passwords
from kernel.passwords.hashing import hashed, verified
from kernel.signin import sessions
from kernel.signin.door import attempts
from kernel.signin.door.visitor import Visitor
from kernel.signin.entry import add_app
from kernel.signin.errors import FactorNeeded, PasskeyRefused, PasswordFaulty, SecondFactorWrong, SignInRefused
from kernel.signin.factors import codes, passkeys
from kernel.signin.rules import POLICY, needs_second_factor
from kernel.signin.schemas import ChangePassword, Proof
from kernel.signin.stages import look, open_stage, take


async def own(act: Act) -> Member:
    """The member that acts, locked; raises NotFound for a key."""
    if act.actor.member is None:
        raise NotFound(kind="member", id="")
    return await locked(act.session, Member, act.actor.member)


async def prove(act: Act, visitor: Visitor, data: Proof, token: str | None, public_url: str) -> str:
    """Prove anew who one is; gives the session's new token. `token` leads to the challenge of a passkey.

    Raises SignInDelayed, SignInRefused, SecondFactorWrong and PasskeyRefused.
    """
    member = await own(act)
    if data.passkey:
        await attempts.charge(act, visitor, attempts.address(visitor))
        if await passkeys.answered(act, token, data.passkey, public_url) != member.id:
            raise PasskeyRefused
        await attempts.spare(act, attempts.address(visitor))
    else:
        await _require_password(act, visitor, member, data.password)
        if await codes.has_app(act.session, member.id):
            if not await codes.take(act.session, member.id, data.code, visitor.outside_at, act.at):
                raise SecondFactorWrong
        elif await passkeys.count(act.session, member.id) or needs_second_factor(
            act.actor.roles, POLICY.at(act.today).body
        ):
            raise PasskeyRefused
        await attempts.succeed(act, member.email, *_charged(member, visitor))
    return await sessions.prove(act)


def _charged(member: Member, visitor: Visitor) -> tuple[bytes, bytes]:
    return attempts.account(member.email), attempts.address(visitor)


async def _require_password(act: Act, visitor: Visitor, member: Member, password: str) -> None:
    await attempts.charge(act, visitor, *_charged(member, visitor))
    if not await verified(member.password_hash, password):
        raise SignInRefused


async def change_password(act: Act, visitor: Visitor, data: ChangePassword) -> str:
    """Put a new password in the place of the present one; other sessions end. Gives the session's new token.

    Raises PasswordFaulty, SignInDelayed and SignInRefused.
    """
    member = await own(act)
    party = await act.session.get_one(Party, member.party_id)
    require_password(act, data.new_password, (member.name, member.email, party.name), "/new_password")
    await _require_password(act, visitor, member, data.password)
    member.password_hash = await hashed(data.new_password)
    record(act, "kernel.password.changed", member.id)
    assert act.actor.sign_in is not None
    await sessions.end_of_member(act, member.id, "password", but=act.actor.sign_in.session)
    await attempts.succeed(act, member.email, *_charged(member, visitor))
    return await sessions.renew(act)


def require_password(act: Act, password: str, names: tuple[str, ...], pointer: str) -> None:
    """Refuse a password that is too short or common for somebody of these names; raises PasswordFaulty."""
    if faults := passwords.faults(password, names, pointer, passwords.POLICY.at(act.today).body):
        raise PasswordFaulty(errors=faults)


async def ask_app(act: Act) -> str:
    """Begin to add an app; gives the token of the step."""
    return await open_stage(act, "app", (await own(act)).id, codes.new_secret().encode())


async def app_secret(act: Act, token: str) -> tuple[Member, str]:
    """Whose app is added by a step, and the secret to show to it; raises StageOver."""
    stage = await look(act, token, "app")
    return await own(act), (stage.challenge or b"").decode()


async def confirm_app(act: Act, visitor: Visitor, token: str, code: str) -> list[str]:
    """Add the app by its first code, in the place of an earlier one; gives recovery codes, shown this once.

    Raises StageOver and SecondFactorWrong.
    """
    member = await own(act)
    stage = await take(act, token, "app")
    return await add_app(act, member, (stage.challenge or b"").decode(), code, visitor)


async def renew_recovery_codes(act: Act) -> list[str]:
    """Recovery codes in the place of all earlier ones, shown this once; raises NotFound without an app."""
    member = await own(act)
    if not await codes.has_app(act.session, member.id):
        raise NotFound(kind="authenticator_app", id=member.id)
    record(act, "kernel.recovery-codes.renewed", member.id)
    count = POLICY.at(act.today).body.recovery_codes
    return await codes.new_recovery_codes(act.session, member.id, count, act.at)


async def remove_app(act: Act) -> None:
    """Forget the app and its recovery codes; raises FactorNeeded where nothing would be left that must be."""
    member = await own(act)
    if not await passkeys.count(act.session, member.id):
        _require_dispensable(act)
    await codes.remove(act.session, member.id)
    record(act, "kernel.second-factor.removed", member.id, facts={"kind": "app"})


async def remove_passkey(act: Act, passkey_id: str) -> None:
    """Forget a passkey; raises FactorNeeded where nothing would be left that must be."""
    member = await own(act)
    last = await passkeys.count(act.session, member.id) <= 1
    if last and not await codes.has_app(act.session, member.id):
        _require_dispensable(act)
    await passkeys.remove(act, member.id, passkey_id)


def _require_dispensable(act: Act) -> None:
    if needs_second_factor(act.actor.roles, POLICY.at(act.today).body):
        raise FactorNeeded
