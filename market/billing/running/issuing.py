"""A bill as it is stored, in the transaction that issues it: number, lines, due day, and its entry in the log."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from kernel import ids
from kernel.act import Act
from kernel.db import copy_in
from kernel.log.models import LogEntry
from kernel.log.record import leaf
from kernel.time.clock import timestamp
from market.billing import rules
from market.billing.models import Bill, BillLine
from market.billing.running.drawing import BROUGHT, CARRIED, CREDIT, Drawn, usage_facts
from market.billing.states import BILL, BillState
from market.pricing.lines import Line, Reason

Values = tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any]]
"""A bill, its lines and its entry in the log."""


async def store(act: Act, made: Sequence[Values]) -> None:
    """Store bills with their lines and their entries in the log."""
    await copy_in(act.session, Bill, [one for one, _, _ in made])
    await copy_in(act.session, BillLine, [line for _, lines, _ in made for line in lines])
    await copy_in(act.session, LogEntry, [entry for _, _, entry in made])


def values(act: Act, row: Any, drawn: Drawn, number: str, kind: str) -> Values:
    """A bill, its lines and its entry in the log, as they are stored."""
    dunning = rules.DUNNING.at(act.today).body
    bill_id, total = ids.new("bil"), drawn.total_minor
    due = rules.due_at(act.at, dunning, drawn.due_on)
    free = total == 0
    state = BillState.PAID if free else BILL.initial
    made = {
        "id": bill_id,
        "subscription_id": row.id,
        "agreement_id": row.agreement_id,
        "provider": row.provider,
        "buyer": row.buyer,
        "n": row.bills + 1,
        "number": number,
        "kind": kind,
        "plan_number": row.plan_number,
        "currency": row.currency,
        "total_minor": total,
        "paid_minor": 0,
        "usage": usage_facts(drawn.usage),
        "status": state,
        "status_changed_at": act.at,
        "version": 1,
        "issued_at": act.at,
        "due_at": due,
        "steps": 0,
        "next_step_at": None if free else rules.step_at(due, dunning, 0),
        "collect": not free and row.collection == "prepaid",
        "paid_at": act.at if free else None,
        "document_id": None,
        "settlement": None,
    }
    rule = {"change": rules.CHANGED, "audit-cost": rules.AUDIT_COST}.get(kind, rules.ISSUED)
    facts = {
        "number": number, "subscription": row.id, "total": str(total), "currency": row.currency, "rule": rule
    }  # fmt: skip
    entry = _entry(act, f"{BILL.name}.{state}", bill_id, facts, (row.provider, row.buyer))
    return made, _lines(row, bill_id, drawn), entry


def _entry(act: Act, kind: str, subject: str, facts: dict[str, Any], parties: tuple[str, str]) -> dict[str, Any]:
    new = leaf(kind, subject, at=act.at, facts=facts)
    return {
        "id": new.id,
        "at": act.at,
        "actor_party": act.actor.party,
        "actor_key": act.actor.hand,
        "kind": kind,
        "subject": subject,
        "parties": sorted(parties),
        "facts": facts,
        "salt": new.salt,
        "payload": new.payload,
        "leaf_hash": new.leaf_hash,
        "log_index": None,
    }


def _lines(row: Any, bill_id: str, drawn: Drawn) -> list[dict[str, Any]]:
    """The lines as they are stored. Each bill's lines are one revision, its own number: no key is met twice."""
    carried = [
        _carried(row, drawn.lines[-1], kind, minor)
        for kind, minor in zip((BROUGHT, CARRIED), drawn.carried, strict=True)
        if minor
    ]
    bodies = [*(msgspec.to_builtins(one) for one in drawn.lines), *carried]
    return [
        {
            "bill_id": bill_id,
            "n": n,
            "subscription_id": row.id,
            "component": body["component"],
            "kind": CREDIT if body["reason"] == Reason.UNUSED else body["kind"],
            "period_start": datetime.fromisoformat(body["period_start"]),
            "period_end": datetime.fromisoformat(body["period_end"]),
            "revision": row.bills + 1,
            "amount_minor": body["amount_minor"],
            "body": body,
        }
        for n, body in enumerate(bodies, 1)
    ]


def _carried(row: Any, last: Line, kind: str, minor: int) -> dict[str, Any]:
    moment = {"period_start": timestamp(last.period_start), "period_end": timestamp(last.period_end)}
    body = {"kind": kind, "component": "credit", **moment, "quantity": None, "unit_price": None}
    return {**body, "exact": "", "amount_minor": minor, "currency": row.currency, "reason": kind, "trace": []}
