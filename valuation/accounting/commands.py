"""Storing decisions and notes: the pure rules decide and compute, the result is issued and never changes."""

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import select

from kernel import ids
from kernel.act import Act
from kernel.documents.commands import issue
from kernel.errors import FieldError
from kernel.money import EXPONENTS
from kernel.text import Text
from kernel.time.clock import day_in_china
from rights.assets import queries as assets
from valuation.accounting import checklist, lines, movements, queries
from valuation.accounting.errors import ChecklistIncomplete, NoteFaulty
from valuation.accounting.models import AccountingDecision, AccountingNote
from valuation.accounting.schemas import DecideClassification, DecisionView, DrawNote, NoteView


async def decide(act: Act, data: DecideClassification) -> DecisionView:
    """Decide what an asset of one's own is booked as; raises NotFound, ChecklistIncomplete with every open question."""
    assert act.actor.party is not None
    asset = await assets.own_asset(act, data.asset_id)
    found = list(checklist.faults(data.acquisition, data.answers))
    if data.decided_on > day_in_china(act.at):
        text = Text("决定日期不得晚于今日。", "A decision is not made in the future.")
        found.append(FieldError("/decided_on", text, checklist.RULE))
    if found:
        raise ChecklistIncomplete(errors=found, count=len(found))
    decided = checklist.decide(data.acquisition, data.answers)
    latest = await assets.latest_revision(act.session, asset.id)
    body = _plain(
        {
            "acquisition": data.acquisition,
            "answers": {
                code: {"question": checklist.QUESTIONS[code].text, "basis": checklist.QUESTIONS[code].basis,
                       "yes": answer.yes, "reason": answer.reason, "evidence": answer.evidence}
                for code, answer in data.answers.items()
            },
            "order": list(checklist.questions_for(data.acquisition)),
            "result": decided,
            "decided_on": data.decided_on,
            "decided_by": data.decided_by,
        }
    )  # fmt: skip
    row = AccountingDecision(
        id=ids.new("acd"),
        asset_id=asset.id,
        revision_id=latest.id if latest else None,
        party=act.actor.party,
        classification=decided.classification,
        body=body,
        created_at=act.at,
    )
    claims: dict[str, Any] = {
        "asset": asset.id,
        "asset_name": asset.name,
        "revision": row.revision_id,
        "party": act.actor.party,
    }
    claims["decision"] = body
    document = await issue(act, "accounting-decision", row.id, claims, parties=[act.actor.party])
    row.document_id = document.id
    act.session.add(row)
    await act.session.flush()  # The view shows what is stored.
    return queries.decision_view(row)


async def draw(act: Act, data: DrawNote) -> NoteView:
    """Draw the notes table of a period; raises NoteFaulty with everything that cannot be."""
    assert act.actor.party is not None
    found = list(_faults(data)) or [each async for each in _strangers(act, data)]
    if found:
        raise NoteFaulty(errors=found, count=len(found))
    places = EXPONENTS[data.currency]
    body = _plain(
        {
            "currency": data.currency,
            "period_from": data.period_from,
            "period_until": data.period_until,
            "intangible": movements.table(lines.INTANGIBLE, dict(data.intangible), places),
            "inventory": movements.table(lines.INVENTORY, dict(data.inventory), places),
            "development": _development(data, places),
            "has_intangible": bool(data.intangible),
            "has_inventory": bool(data.inventory),
            "columns": lines.COLUMNS,
            "balance_sheet": movements.balance_sheet(
                dict(data.intangible), dict(data.inventory), data.development, places
            ),
            "decisions": data.decisions,
            "life": data.life,
            "method": data.method,
            "inventory_method": data.inventory_method,
        }
    )
    row = AccountingNote(
        id=ids.new("acn"),
        party=act.actor.party,
        currency=data.currency,
        period_from=data.period_from,
        period_until=data.period_until,
        body=body,
        created_at=act.at,
    )
    claims = {"party": act.actor.party, "note": body}
    document = await issue(act, "accounting-note", row.id, claims, parties=[act.actor.party])
    row.document_id = document.id
    act.session.add(row)
    await act.session.flush()  # The view shows what is stored.
    return queries.note_view(row)


def _faults(data: DrawNote) -> Iterator[FieldError]:
    if data.currency not in EXPONENTS:
        known = "、".join(EXPONENTS)
        yield FieldError("/currency", Text(f"币种须为：{known}。", f"Use one of: {known}."), movements.RULE)
        return
    if data.period_until < data.period_from:
        text = Text("期末不得早于期初。", "The period ends before it begins.")
        yield FieldError("/period_until", text, movements.RULE)
    if not data.intangible and not data.inventory and data.development is None:
        text = Text("至少须给出一项变动。", "State at least one kind of movement.")
        yield FieldError("", text, movements.RULE)
    yield from movements.faults("/intangible", lines.INTANGIBLE, dict(data.intangible), data.currency)
    yield from movements.faults("/inventory", lines.INVENTORY, dict(data.inventory), data.currency)
    yield from movements.development_faults(data.development, dict(data.intangible), data.currency)


async def _strangers(act: Act, data: DrawNote) -> Any:
    """Decisions that the note rests on and that are not one's own."""
    query = select(AccountingDecision.id).where(
        AccountingDecision.id.in_(data.decisions), AccountingDecision.party == act.actor.party
    )
    own = set(await act.session.scalars(query))
    for at, each in enumerate(data.decisions):
        if each not in own:
            text = Text("没有这一会计判断。", "There is no such decision of yours.")
            yield FieldError(f"/decisions/{at}", text, movements.RULE)


def _development(data: DrawNote, places: int) -> list[dict[str, Any]] | None:
    if data.development is None:
        return None
    amounts = movements.computed(lines.DEVELOPMENT, data.development)
    return [
        {"code": line.code, "name": line.name, "cells": [f"{amounts[line.code]:.{places}f}"]}
        for line in lines.DEVELOPMENT
    ]


def _plain(value: Any) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(value))
    return found
