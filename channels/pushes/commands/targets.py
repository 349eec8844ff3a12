"""Naming a target, keeping what its check came to, and removing it with its credential."""

from datetime import timedelta
from typing import Final

import msgspec
from sqlalchemy import update

from channels.pushes import queries, rules
from channels.pushes.errors import PushTargetUnfit, TooManyPushTargets
from channels.pushes.models import Push, PushTarget
from channels.pushes.schemas import PushTargetView, SetPushTarget
from channels.pushes.states import PUSH_TARGET, UNDER_WAY, PushTargetAction, PushTargetState
from channels.pushes.store.bucket import Bucket
from channels.pushes.store.signing import Credential
from contracts.agreements.licensing import agreed_policy
from contracts.agreements.models import Agreement
from contracts.moments import Moment, follows
from contracts.terms.conveyance import environments
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import lock_name, locked, one
from kernel.errors import DomainError
from kernel.jobs.queue import enqueue
from kernel.runtime import Runtime
from kernel.settings import Secret
from kernel.states import Role
from kernel.storage.keys import open_keyring
from kernel.storage.links import Keyring
from kernel.storage.sealing import seal, unseal
from kernel.time.clock import day_in_china
from kernel.webhooks.sending import Sender
from market.delivery import queries as deliveries
from market.delivery.errors import DataStays
from valuation.quality.scoring.parts import problem_of

CHECK: Final = "channels.push-target.check"
"""The job that writes an object into a target and removes it."""


def _purpose(target_id: str) -> str:
    """A sealed secret serves the target that it was given for, and no other."""
    return f"push-target {target_id}"


async def add(act: Act, order_id: str, data: SetPushTarget, *, keyring: Keyring, sandbox: bool) -> PushTargetView:
    """Name a target for an order that one has bought; whether it can be written to is found out at once.

    Raises PushTargetUnfit with every fault, TooManyPushTargets, and what refuses the buyer its files.
    """
    order, agreement = await deliveries.purchase(act, order_id)
    if not agreement.files:
        raise DataStays(order=order.id, environments=", ".join(environments(agreed_policy(agreement, act.at))))
    if faults := rules.target_faults(data.endpoint, data.prefix, sandbox=sandbox):
        raise PushTargetUnfit(errors=faults, count=len(faults))
    numbers = rules.RULES.at(act.today).body
    await lock_name(act.session, "push-targets", order.id)
    if await queries.count_served(act.session, order.id) >= numbers.targets_max:
        raise TooManyPushTargets(limit=numbers.targets_max)
    target_id = ids.new("pst")
    row = PushTarget(
        id=target_id,
        order_id=order.id,
        agreement_id=agreement.id,
        buyer=order.buyer,
        provider=agreement.provider,
        secret=seal(keyring, _purpose(target_id), data.secret_access_key),
        made_by=act.actor.hand,
        attempts=0,
        problem=None,
        due_at=act.at + timedelta(minutes=numbers.check_minutes_max),
        created_at=act.at,
        **{name: getattr(data, name) for name in data.__struct_fields__ if name != "secret_access_key"},
    )
    facts = {"agreement": agreement.digest, "endpoint": row.endpoint, "bucket": row.bucket, "prefix": row.prefix}
    await lifecycle.begin(act, row, PUSH_TARGET, parties=row.parties, follows=row.follows, **facts)
    await enqueue(act.session, CHECK, {"target": row.id})
    return queries.target_view(row, act.actor)


def bucket_of(runtime: Runtime, row: PushTarget) -> Bucket:
    """A target as it is written to; only for one that has its credential."""
    assert row.secret is not None
    secret = Secret(unseal(open_keyring(runtime.settings), _purpose(row.id), row.secret))
    numbers = rules.RULES.at(day_in_china(runtime.clock.now())).body
    sender = Sender(sandbox=runtime.settings.sandbox, timeout_seconds=numbers.request_seconds)
    credential = Credential(row.access_key_id, secret, row.region)
    return Bucket(row.endpoint, row.bucket, row.addressing == "virtual", credential, sender)


async def to_check(act: Act, target_id: str) -> PushTarget | None:
    """A target whose check is still wanted."""
    row = await one(act.session, PushTarget, target_id)
    return row if row.status is PushTargetState.CHECKING else None


async def pass_check(act: Act, target_id: str) -> None:
    """A target that was written to is ready."""
    row = await locked(act.session, PushTarget, target_id)
    if row.status is PushTargetState.CHECKING:
        row.due_at = None
        await _advance(act.by(SYSTEM), row, PushTargetAction.PASS, Role.SYSTEM)


async def refuse(act: Act, target_id: str, problem: DomainError) -> None:
    """A target that cannot be written to is refused, and its credential dropped."""
    row = await locked(act.session, PushTarget, target_id)
    if row.status is PushTargetState.CHECKING:
        row.problem, row.secret, row.due_at = msgspec.to_builtins(problem_of(problem)), None, None
        await _advance(act.by(SYSTEM), row, PushTargetAction.REFUSE, Role.SYSTEM, problem=problem.code())


async def check_again(act: Act, target_id: str, problem: DomainError) -> None:
    """A store that could not be reached is tried again after a while; refused when the time for that is over."""
    row = await locked(act.session, PushTarget, target_id)
    row.attempts += 1
    delay = rules.RULES.at(act.today).body.retry_after(row.attempts)
    if delay is None or row.due_at is None or act.at + delay >= row.due_at:
        await refuse(act, target_id, problem)
    else:
        await enqueue(act.session, CHECK, {"target": row.id}, delay=delay)


@follows(Moment.SUCCEEDED)
async def pass_on(act: Act, agreement: Agreement) -> None:
    """Targets that serve and pushes under way are of the data of whoever provides it now."""
    served = PushTarget.status.in_((PushTargetState.CHECKING, PushTargetState.READY))
    provided = {"provider": agreement.provider}
    targets = update(PushTarget).where(PushTarget.agreement_id == agreement.id, served)
    await act.session.execute(targets.values(**provided))
    pushes = update(Push).where(Push.agreement_id == agreement.id, Push.status.in_(UNDER_WAY))
    await act.session.execute(pushes.values(**provided))


async def drop(act: Act, row: PushTarget, role: Role) -> None:
    """Remove a target, whose row is locked, and wipe its credential."""
    row.secret, row.due_at = None, None
    await _advance(act, row, PushTargetAction.REMOVE, role)


async def _advance(act: Act, row: PushTarget, action: PushTargetAction, role: Role, **facts: str) -> None:
    await lifecycle.advance(act, row, PUSH_TARGET, action, role, parties=row.parties, order=row.order_id, **facts)
