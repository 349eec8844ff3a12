"""Whether a key opens its interface now, asked at each call and while an answer lasts.

Everything that a call rests on is asked by one statement, which also gives a stamp that any change of it changes.
While the stamp is the same, what was read then is used. A key that was read before is let on by that alone, and
whoever reserves the call has the stamp compared in the same statement: so nothing is asked by itself. Whatever stands
against a call is asked for, and never told from memory.
"""

import hmac
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import msgspec

from channels.gateway.documents.operations import Operations
from channels.gateway.errors import CallsCarryNoMarks, OperationUnknown
from channels.gateway.models import GatewayInterface
from channels.keys import queries as keys
from channels.keys.errors import ChannelKeyUnknown
from channels.keys.queries import Holder
from channels.keys.rules import KIND
from contracts.metering import commands as metering
from contracts.metering.schemas import Access
from contracts.usage.gate import AccessRequest, Compiled, Decision, Standing, compiled, decide
from contracts.usage.tree import PHASES, Phase
from kernel.errors import DomainError
from kernel.identity import keys as secrets
from kernel.postgres.gathering import Statement, gatherer
from kernel.runtime import Runtime
from kernel.storage.keys import open_keyring
from kernel.storage.sealing import unseal
from market.delivery import access
from market.metering.hot import Subscribed
from market.subscriptions.queries import of_agreement

CREDENTIAL: Final = "gateway upstream credential"
"""What an upstream's credential is sealed for."""
READ_SECONDS: Final = 60.0
READ_MAX: Final = 1_000
_SHAPE: Final = secrets.shape(KIND)
_EXTRAS: Final = "channels.gateway.admission"

FIND: Final = Statement(
    one="SELECT * FROM calls_rest_on(ARRAY[$1::text], ARRAY[$2::timestamptz])",
    many="SELECT * FROM calls_rest_on($1::text[], $2::timestamptz[])",
)


@dataclass(frozen=True, slots=True)
class Interface:
    """The version that is called, ready to find operations in; `credential` is the header sent to its upstream."""

    id: str
    base_url: str
    operations: Operations
    credential: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class _Read:
    """What a key rests on, as it was when its rows had this stamp."""

    stamp: str
    at: datetime
    until: float
    secret_sha256: bytes
    holder: Holder
    policy: Compiled
    request: AccessRequest
    standing: Standing
    interface: Interface | None
    subscription: Subscribed | None
    is_marked: bool
    asks_duties: bool

    @property
    def decides(self) -> bool:
        """Whether what was read may permit a call. Duties come due by themselves; of several rules, the number of calls
        may say which one permits.
        """
        rules = self.policy.permissions
        by_number = len(rules) > 1 and any(rule.calls_max is not None for rule in rules)
        return not self.asks_duties and not by_number


@dataclass(frozen=True, slots=True)
class Admitted:
    """A key that opens its interface now, and the rule of the policy by which; `calls_max` is that rule's limit.

    `stamp` is that of what was read before, to be compared when the call is reserved; None where it was asked now.
    """

    key_id: str
    key_prefix: str
    stamp: str | None
    agreement_id: str
    interface: Interface
    subscription: Subscribed | None
    calls_max: int | None
    access_json: str


async def admit(runtime: Runtime, presented: str, agreement_id: str, at: datetime, *, calls: int = 1) -> Admitted:
    """What a key opens of an agreement; `calls` are none for one that was let through already.

    Raises ChannelKeyUnknown, ChannelKeyExpired, ChannelClosed, OperationUnknown where there is no interface, and
    AccessRefused by the agreement's policy; CallsCarryNoMarks where what is handed out bears marks.
    """
    parts = secrets.split(presented, _SHAPE)
    row = await gatherer(runtime, FIND).ask(parts[0], at) if parts is not None else None
    if parts is None or row is None:
        raise ChannelKeyUnknown
    read = await _read(runtime, parts[0], row, at)
    of_now = msgspec.structs.replace(
        read.standing,
        calls=row["calls"] or 0,
        rows=row["rows"] or 0,
        seconds=row["seconds"] or 0,
        first_access=row["first_access_at"],
    )
    return _admitted(read, parts, agreement_id, msgspec.structs.replace(read.request, at=at, calls=calls), of_now)


def remembered(runtime: Runtime, presented: str, agreement_id: str, at: datetime) -> Admitted | None:
    """The same by what was last read, if that permits the call; what it rests on is still to be compared."""
    parts = secrets.split(presented, _SHAPE)
    read = _kept(runtime).get(parts[0]) if parts is not None else None
    if parts is None or read is None or not read.decides or not _lasts(read, at):
        return None
    try:
        admitted = _admitted(read, parts, agreement_id, msgspec.structs.replace(read.request, at=at), read.standing)
    except DomainError:
        return None
    _kept(runtime).move_to_end(parts[0])
    return replace(admitted, stamp=read.stamp)


def _admitted(
    read: _Read, parts: tuple[str, str], agreement_id: str, request: AccessRequest, standing: Standing
) -> Admitted:
    """Whoever presents the key may call, or the refusal is raised."""
    if not secrets.matches(parts[1], read.secret_sha256) or not hmac.compare_digest(
        read.holder.key.agreement_id.encode(), agreement_id.encode()
    ):
        raise ChannelKeyUnknown
    if read.is_marked:
        raise CallsCarryNoMarks
    keys.require_open(read.holder.key, read.holder.handover, request.at)
    if read.interface is None:
        raise OperationUnknown(kind="gateway_interface", id=agreement_id)
    decision = decide(read.policy, request, standing)
    if not decision.permit:
        metering.require(read.holder.handover.agreement, request, standing)
    limit = next(rule.calls_max for rule in read.policy.permissions if rule.rule == decision.rule)
    return Admitted(
        key_id=read.holder.key.id,
        key_prefix=parts[0],
        stamp=None,
        agreement_id=agreement_id,
        interface=read.interface,
        subscription=read.subscription,
        calls_max=limit,
        access_json=_access_json(decision, request),
    )


def _access_json(decision: Decision, request: AccessRequest) -> str:
    facts = {
        "rule": decision.rule,
        "revision": request.revision,
        "action": request.action,
        "purpose": request.purpose,
        "place": request.place,
        "environment": request.environment,
    }
    return msgspec.json.encode(facts).decode()


def _kept(runtime: Runtime) -> OrderedDict[str, _Read]:
    kept: OrderedDict[str, _Read] = runtime.extras.setdefault(_EXTRAS, OrderedDict())
    return kept


def _lasts(read: _Read, at: datetime) -> bool:
    """Whether what was read is young enough to be used, and not of a time that is to come again."""
    return time.monotonic() <= read.until and read.at <= at


async def _read(runtime: Runtime, prefix: str, row: Any, at: datetime) -> _Read:
    """What was read of a key's rows before, if they are the same still; else it is read now."""
    kept = _kept(runtime)
    read = kept.get(prefix)
    if read is None or read.stamp != row["stamp"] or read.asks_duties or not _lasts(read, at):
        read = kept[prefix] = await _read_anew(runtime, row, at)
        if len(kept) > READ_MAX:
            kept.popitem(last=False)
    kept.move_to_end(prefix)
    return read


async def _read_anew(runtime: Runtime, row: Any, at: datetime) -> _Read:
    async with runtime.act() as act:
        holder = await keys.held(act, row["key_id"])
        order, agreement = holder.handover.order, holder.handover.agreement
        # Neither rows nor seconds of an answer are known here: a policy that limits them permits no call.
        policy, request, standing = await access.question(act, order, agreement, Access())
        of_call = msgspec.structs.replace(request, rows=None, seconds=None)
        found = await act.session.get(GatewayInterface, row["interface_id"]) if row["interface_id"] else None
        subscription = await of_agreement(act.session, agreement.id)
    return _Read(
        stamp=row["stamp"],
        at=at,
        until=_until(agreement.amendments, at),
        secret_sha256=holder.key.secret_sha256,
        holder=holder,
        policy=compiled(policy),
        request=of_call,
        standing=standing,
        interface=interface_of(runtime, found) if found is not None else None,
        subscription=Subscribed.of(subscription) if subscription is not None else None,
        is_marked=bool(policy.marks),
        asks_duties=any(PHASES[duty.kind] is Phase.ONGOING for duty in policy.duties),
    )


def _until(amendments: Sequence[dict[str, Any]], at: datetime) -> float:
    """How long what was read may be used: not beyond the moment at which an amendment takes effect."""
    waiting = any(datetime.fromisoformat(str(one["effective_at"])) > at for one in amendments)
    return time.monotonic() + (0.0 if waiting else READ_SECONDS)


def interface_of(runtime: Runtime, row: GatewayInterface) -> Interface:
    """A version as it is called; raises SealBroken where its credential can no longer be read."""
    credential = None
    if row.credential_header is not None and row.credential_sealed is not None:
        value = unseal(open_keyring(runtime.settings), CREDENTIAL, row.credential_sealed)
        credential = (row.credential_header, value)
    return Interface(row.id, row.base_url, Operations.of(row.document), credential)
