"""Whether a key opens its interface now, asked at each call and while an answer lasts.

Everything that a call rests on is asked by one statement, which also gives the version of each row. Where none has
changed since they were last read, what was read of them then is used; time and meters are taken as they are now.
"""

import hmac
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
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

_COLUMNS: Final = """
k.id AS key_id, i.id AS interface_id, m.calls + m.calls_reserved AS calls, m.rows, m.seconds, m.first_access_at,
concat_ws('/', k.xmin, a.xmin, o.xmin, p.xmin, COALESCE(g.xmin::text, '-'), COALESCE(t.xmin::text, '-'),
          COALESCE(s.xmin::text, '-'), COALESCE(i.id, '-')) AS stamp
"""
_JOINED: Final = """
  JOIN agreement a ON a.id = k.agreement_id
  JOIN "order" o ON o.id = a.order_id
  JOIN party p ON p.id = o.buyer
  LEFT JOIN title_grant g ON g.id = a.grant_id
  LEFT JOIN asset t ON t.id = o.asset_id
  LEFT JOIN subscription s ON s.agreement_id = a.id
  LEFT JOIN usage_meter m ON m.agreement_id = a.id
  LEFT JOIN LATERAL (
      SELECT n.id FROM gateway_interface n WHERE n.asset_id = o.asset_id AND n.provider = o.provider
         AND n.effective_at <= {at} ORDER BY n.n DESC LIMIT 1
  ) AS i ON true
"""
FIND: Final = Statement(
    one=f"SELECT {_COLUMNS} FROM channel_key k {_JOINED.format(at='$2')} WHERE k.prefix = $1",  # noqa: S608 - ours
    many=f"SELECT given.place - 1 AS place, {_COLUMNS}"  # noqa: S608 - ours
    " FROM unnest($1::text[], $2::timestamptz[]) WITH ORDINALITY AS given(prefix, at, place)"
    f" JOIN channel_key k ON k.prefix = given.prefix {_JOINED.format(at='given.at')}",
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
    asks_duties: bool


@dataclass(frozen=True, slots=True)
class Admitted:
    """A key that opens its interface now, and the rule of the policy by which; `calls_max` is that rule's limit."""

    key_id: str
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
    if not secrets.matches(parts[1], read.secret_sha256) or not hmac.compare_digest(
        read.holder.key.agreement_id.encode(), agreement_id.encode()
    ):
        raise ChannelKeyUnknown
    keys.require_open(read.holder.key, read.holder.handover, at)
    if read.interface is None:
        raise OperationUnknown(kind="gateway_interface", id=agreement_id)
    request = msgspec.structs.replace(read.request, at=at, calls=calls)
    decision = _decided(read, row, request)
    limit = next(rule.calls_max for rule in read.policy.permissions if rule.rule == decision.rule)
    return Admitted(
        key_id=read.holder.key.id,
        agreement_id=agreement_id,
        interface=read.interface,
        subscription=read.subscription,
        calls_max=limit,
        access_json=_access_json(decision, request),
    )


def _decided(read: _Read, row: Any, request: AccessRequest) -> Decision:
    standing = msgspec.structs.replace(
        read.standing,
        calls=row["calls"] or 0,
        rows=row["rows"] or 0,
        seconds=row["seconds"] or 0,
        first_access=row["first_access_at"],
    )
    decision = decide(read.policy, request, standing)
    if not decision.permit:
        metering.require(read.holder.handover.agreement, request, standing)
    return decision


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


async def _read(runtime: Runtime, prefix: str, row: Any, at: datetime) -> _Read:
    """What was read of a key's rows before, if they are the same still; else it is read now."""
    kept: OrderedDict[str, _Read] = runtime.extras.setdefault(_EXTRAS, OrderedDict())
    read = kept.get(prefix)
    if read is None or read.stamp != row["stamp"] or read.until < time.monotonic() or at < read.at or read.asks_duties:
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
        if policy.marks:
            raise CallsCarryNoMarks
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
