"""Reporting one use: uses of all subscriptions that come together go in one statement and one commit.

A use that is refused stores nothing, so that others of the same statement are not held up by it. What stands against
the short way is answered by the ordinary one.
"""

import re
from functools import lru_cache
from typing import Any, Final

import msgspec

from contracts.terms.prices import Plan
from kernel.http.hot import Answer, Call, HotRoute, OrdinaryWay
from kernel.runtime import Runtime
from market.metering import commands
from market.metering.routes import report_uses
from market.metering.schemas import ReportedUse, ReportedView, ReportUses, UseResult
from market.metering.statement import CHARGE
from market.orders.placing.together import together
from market.subscriptions.models import Subscription
from market.subscriptions.states import SubscriptionState

_REPORT: Final = msgspec.json.Decoder(ReportUses)
_FIND: Final = (
    "SELECT id, provider, buyer, currency, zone, anchor_on, plan::text AS plan, status, started_at"
    " FROM subscription WHERE id = $1 AND provider = $2"
)


@lru_cache(maxsize=4096)
def _plan(text: str) -> dict[str, Any]:
    """A stored plan, read once."""
    return msgspec.to_builtins(msgspec.json.decode(text, type=Plan))  # type: ignore[no-any-return]


async def charge_one(runtime: Runtime, source: str, use: ReportedUse, *, hold: bool) -> UseResult:
    """Charge a use that a provider reports; raises what the ordinary way raises, and OrdinaryWay where it must ask."""
    found = await runtime.pool.fetchrow(_FIND, use.subscription_id, source)
    if found is None:
        raise OrdinaryWay
    row = Subscription(**{**found, "plan": _plan(found["plan"]), "status": SubscriptionState(found["status"])})
    at = runtime.clock.now()
    if commands.fault(use, row, at) is not None:
        raise OrdinaryWay
    told = await together(runtime, CHARGE).ask(*commands.arguments(row, use, source, at, hold=hold))
    return commands.outcome(row, use, _Told(told))


class _Told:
    """A row of the raw pool, read by name as a row of a session is."""

    def __init__(self, row: Any) -> None:
        self._row = row

    def __getattr__(self, name: str) -> Any:
        return self._row[name]


async def answer_report(runtime: Runtime, call: Call) -> Answer:
    """Report one use, as `report_uses` does."""
    try:
        data = _REPORT.decode(call.body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as problem:
        raise OrdinaryWay from problem
    if len(data.events) != 1 or call.actor.party is None:
        raise OrdinaryWay
    result = await charge_one(runtime, call.actor.party, data.events[0], hold=data.hold)
    return Answer(200, msgspec.json.encode(ReportedView([result])))


HOT: Final = (
    HotRoute(
        "POST", re.compile("/v1/usage-events"), "/v1/usage-events", report_uses.opt, answer_report, takes_body=True
    ),
)
