"""Reserving a call before it is sent on and settling it after; what comes together goes in one statement and commit.

Meters of agreements are locked first, then balances, then counters, here and wherever else an access is counted, so
that two batches never wait for each other in a circle.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from channels.gateway.calls.admission import Admitted
from channels.gateway.errors import CallNameReused, MeterRefused, UsesSpent
from channels.gateway.rules import Failure, GatewayRules, Outcome
from contracts.terms.prices import Meter
from kernel import ids
from kernel.postgres.gathering import Statement, gatherer
from kernel.runtime import Runtime
from kernel.time.clock import SHANGHAI
from market.metering import commands as meters
from market.metering.hot import Subscribed
from market.metering.rules import GATE

HELD_LONGER: Final = timedelta(minutes=10)
"""A plan's meter holds a use for longer than the call waits, so that the call decides what becomes of it."""
LANE: Final = "gateway calls"
"""Reservations and settlements lock the same meters."""

_RESERVING: Final = (
    *("text", "text", "text", "text", "text", "text", "text", "text", "bytea", "text", "bigint"),
    *("timestamptz", "timestamptz", "bigint", "text"),
)
_SETTLING: Final = (
    *("text", "text", "text", "timestamptz", "bigint", "text", "bigint", "bigint", "timestamptz"),
    *("text", "text", "text"),
)


def _statement(function: str, types: Sequence[str]) -> Statement:
    """A function over lists: of one call, or of many that come together."""
    one = ", ".join(f"ARRAY[${at}::{kind}]" for at, kind in enumerate(types, start=1))
    many = ", ".join(f"${at}::{kind}[]" for at, kind in enumerate(types, start=1))
    asked = f"SELECT * FROM {function}"  # noqa: S608 - all of it ours
    return Statement(one=f"{asked}({one})", many=f"{asked}({many})", lane=LANE)


RESERVE: Final = _statement("reserve_calls", _RESERVING)
SETTLE: Final = _statement("settle_calls", _SETTLING)


class AdmissionPast(Exception):
    """Something that a key rests on has changed since it was read: the call is to be admitted anew."""


@dataclass(frozen=True, slots=True)
class CallFacts:
    """A call as it is kept: its name and the digest of what it asks, which operation, how long, and from where."""

    call_id: str
    digest: bytes
    operation: str
    request_bytes: int
    address: str
    streams: bool


@dataclass(frozen=True, slots=True)
class Reserved:
    """A call that may be sent on; `used` counts it already, of `bound` that the agreement permits."""

    id: str
    ratings: bytes
    used: int
    bound: int | None


@dataclass(frozen=True, slots=True)
class MadeBefore:
    """A call of this name, with the same content, that was let through before."""

    id: str
    state: str
    http_status: int | None


async def reserve(
    runtime: Runtime, admitted: Admitted, facts: CallFacts, rules: GatewayRules, at: datetime
) -> Reserved | MadeBefore:
    """Hold what a call takes of the agreement's uses and of its plan.

    Raises AdmissionPast where it was admitted by what has changed since, CallNameReused, UsesSpent where the agreement
    permits no more, and MeterRefused where its plan does not.
    """
    call, expires = ids.new("gwc"), rules.expiry(at, streams=facts.streams)
    charges = _charges(admitted.subscription, call, at, expires + HELD_LONGER)
    told = await gatherer(runtime, RESERVE).ask(
        admitted.agreement_id,
        admitted.key_prefix,
        call,
        admitted.stamp,
        admitted.key_id,
        admitted.interface.id,
        facts.call_id,
        facts.operation,
        facts.digest,
        facts.address,
        facts.request_bytes,
        at,
        expires,
        admitted.calls_max,
        msgspec.json.encode(charges).decode(),
    )
    assert told is not None  # A function gives a row.
    match told["outcome"]:
        case "changed":
            raise AdmissionPast
        case "reserved":
            ratings = msgspec.json.encode({one["meter"]: one["rating"] for one in charges})
            return Reserved(call, ratings, told["used"], admitted.calls_max)
        case "known":
            return MadeBefore(told["id"], told["state"], told["http_status"])
        case "conflict":
            raise CallNameReused(call=facts.call_id)
        case "spent":
            raise UsesSpent(used=told["used"], bound=told["bound"])
    raise _refused(admitted.subscription, call, told, at)


def _charges(row: Subscribed | None, call: str, at: datetime, until: datetime) -> list[dict[str, Any]]:
    """The uses that the plan's meters of calls count of a call, as the statement reads them."""
    if row is None:
        return []
    held = [meters.arguments(row, use, GATE, at, hold=True) for use in _uses(row, call, at)]
    return [
        {
            "subscription": one[0],
            "meter": one[1],
            "since": one[2],
            "until": one[3],
            "subject": one[7],
            "digest": one[11].hex(),
            "hold_until": until,
            "rating": msgspec.Raw(one[13].encode()),
        }
        for one in held
    ]


def _uses(row: Subscribed, call: str, at: datetime) -> list[Any]:
    return meters.uses_of(row, {Meter.CALL: 1}, call, at)


def _refused(row: Subscribed | None, call: str, told: Any, at: datetime) -> Exception:
    """What the plan's own meter refuses, as a refusal of the gateway."""
    assert row is not None  # Without a plan no meter refuses.
    use = next(use for use in _uses(row, call, at) if use.meter == told["meter"])
    try:
        meters.outcome(row, use, _Told(told))
    except Exception as problem:
        sentence = getattr(problem, "sentence", None)
        if sentence is None:
            raise
        return MeterRefused(meter=use.meter, reason=sentence)
    raise RuntimeError("the meter told no refusal")


class _Told:
    """What the statement told of a refused use, by the names under which a meter tells it."""

    def __init__(self, row: Any) -> None:
        self.outcome, self.state, self.reason = row["outcome"], None, row["state"]
        self.total, self.bound = row["used"], row["bound"]


async def settle(
    runtime: Runtime,
    admitted: Admitted,
    reserved: Reserved,
    became: Outcome,
    *,
    status: int | None,
    failure: Failure | None,
    size_bytes: int,
    rules: GatewayRules,
) -> str:
    """Say what became of a call; gives the state that it has now, which is `expired` for whoever says it too late."""
    at = runtime.clock.now()
    day = at.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    told = await gatherer(runtime, SETTLE).ask(
        admitted.agreement_id,
        reserved.id,
        became,
        at,
        status,
        failure,
        size_bytes,
        rules.free_refusals_per_day,
        day,
        reserved.ratings.decode(),
        ids.new("rls"),
        admitted.access_json,
    )
    assert told is not None  # A function gives a row.
    return str(told["state"] or "expired")  # One that a failed database has forgotten is over, and not charged.
