"""Reporting one use: uses of all subscriptions that come together go in one statement and one commit.

A use that is refused stores nothing, so that others of the same statement are not held up by it. What stands against
the short way is answered by the ordinary one.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import msgspec

from contracts.terms.prices import Plan
from kernel.http.hot import Answer, Call, HotRoute, OrdinaryWay
from kernel.postgres.gathering import Statement, gatherer
from kernel.runtime import Runtime
from market.metering import commands
from market.metering.routes import report_uses
from market.metering.schemas import ReportedUse, ReportedView, ReportUses, UseResult
from market.metering.statement import CHARGE
from market.subscriptions.models import Subscription
from market.subscriptions.queries import plan_of, plan_of_text
from market.subscriptions.states import SubscriptionState

_REPORT: Final = msgspec.json.Decoder(ReportUses)
_FIND: Final = Statement(
    one="""
SELECT s.id, s.buyer, s.currency, s.anchor_on, s.plan::text AS plan, s.status, s.started_at
  FROM subscription s WHERE s.id = $1 AND s.provider = $2
""",
    many="""
SELECT given.place - 1 AS place, s.id, s.buyer, s.currency, s.anchor_on, s.plan::text AS plan, s.status, s.started_at
  FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS given(id, provider, place)
  JOIN subscription s ON s.id = given.id AND s.provider = given.provider
""",
)


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A subscription as far as a use is charged by it, without the weight of a row of a session."""

    id: str
    buyer: str
    currency: str
    anchor_on: date
    plan: Plan
    status: SubscriptionState
    started_at: datetime

    @staticmethod
    def of(row: Subscription) -> "Subscribed":
        """A row as this, its plan read once."""
        plan = plan_of(row.plan)
        return Subscribed(row.id, row.buyer, row.currency, row.anchor_on, plan, row.status, row.started_at)


async def charge_one(runtime: Runtime, source: str, use: ReportedUse, *, hold: bool) -> UseResult:
    """Charge a use that a provider reports; raises what the ordinary way raises, and OrdinaryWay where it must ask."""
    stored = await gatherer(runtime, _FIND).ask(use.subscription_id, source)
    if stored is None:
        raise OrdinaryWay
    plan, status = plan_of_text(stored["plan"]), SubscriptionState(stored["status"])
    of = (stored["id"], stored["buyer"], stored["currency"], stored["anchor_on"])
    row = Subscribed(*of, plan=plan, status=status, started_at=stored["started_at"])
    at = runtime.clock.now()
    if commands.fault(use, row, at) is not None:
        raise OrdinaryWay
    told = await gatherer(runtime, CHARGE).ask(*commands.arguments(row, use, source, at, hold=hold))
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
