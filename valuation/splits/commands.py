"""Splitting an appraisal's value: computed in the open, divided to the minor unit, issued to all contributors."""

from decimal import Decimal
from typing import Any, Final

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.crypto import canonical
from kernel.documents.commands import issue
from kernel.errors import FieldError
from kernel.identity.models import Party
from kernel.jobs import desk
from kernel.money import Money
from kernel.rules.policy import PolicyMissing
from kernel.text import Text
from valuation.appraisal.calculations.calculation import Calculation, calculate
from valuation.appraisal.errors import InputsFaulty, RuleSetNotInForce
from valuation.appraisal.policy import AppraisalRules, policies
from valuation.appraisal.queries import appraisal_seen
from valuation.appraisal.schemas import AppraisalView, CalculateShapley
from valuation.splits.errors import SplitFaulty
from valuation.splits.schemas import ContributionView, SplitValue, SplitView

RULE: Final = "LT-APR-19"
BOUND: Final = "±"
_PLACES: Final = 12
"""The Shapley values are rounded to so many places, so that they are whole numbers as weights."""


async def split(act: Act, data: SplitValue) -> SplitView:
    """Split the value of an appraisal that the actor may see; raises SplitFaulty, InputsFaulty with every fault."""
    seen = await appraisal_seen(act, data.appraisal_id)
    faults = await _faults(act.session, data)
    if faults:
        raise SplitFaulty(errors=faults, count=len(faults))
    # Thousands of sampled orders are computation: the loop goes on answering others meanwhile.
    result = await desk.answer(_computed, data, _rules(data), party=act.actor.party, in_unit=True)
    shares = _shares(result, seen, data)
    split_id = ids.new("spl")
    body: dict[str, Any] = msgspec.json.decode(canonical.dumps(result))
    claims = {
        "asset": seen.asset_id,
        "appraisal": seen.id,
        "appraisal_document": seen.document_id,
        "standing": seen.standing,
        "standing_text": {"zh": seen.standing_text.zh, "en": seen.standing_text.en},
        "names": await _names(act.session, data),
        "value": msgspec.to_builtins(seen.value),
        "shares": msgspec.to_builtins(shares),
        "valuer": act.actor.party,
        "calculation": body,
    }
    document = await issue(act, "value-split", split_id, claims, parties=[seen.valuer, *data.contributors.values()])
    exact = isinstance(data.calculation, CalculateShapley)
    return SplitView(
        id=split_id,
        appraisal_id=seen.id,
        asset_id=seen.asset_id,
        value=seen.value,
        shares=shares,
        bound=None if exact else result.results[BOUND],
        confidence=None if exact else body["inputs"]["confidence"],
        document_id=document.id,
        created_at=act.at,
        calculation=body,
    )


async def _faults(session: AsyncSession, data: SplitValue) -> list[FieldError]:
    """Contributors that the calculation does not name, or that this centre does not know."""
    known = set(await session.scalars(select(Party.id).where(Party.id.in_(data.contributors.values()))))
    named, found = set(data.calculation.inputs.parties), []
    for name, party in sorted(data.contributors.items()):
        if name not in named:
            text = Text("计算中没有该参与方。", "The calculation names no such party.")
            found.append(FieldError(f"/contributors/{name}", text, RULE))
        if party not in known:
            text = Text("没有该主体。", "There is no such party.")
            found.append(FieldError(f"/contributors/{name}", text, RULE))
    return found


async def _names(session: AsyncSession, data: SplitValue) -> dict[str, str]:
    """What the contributors are called, by their ids."""
    rows = await session.scalars(select(Party).where(Party.id.in_(data.contributors.values())).order_by(Party.id))
    return {row.id: row.name for row in rows}


def _rules(data: SplitValue) -> AppraisalRules:
    try:
        return policies().at(data.calculation.base_date)
    except PolicyMissing as problem:
        raise RuleSetNotInForce(base_date=data.calculation.base_date) from problem


def _computed(data: SplitValue, policy: AppraisalRules) -> Calculation:
    """Calculate; faults point into what was sent."""
    kind = "shapley" if isinstance(data.calculation, CalculateShapley) else "shapley-pool"
    try:
        return calculate(kind, data.calculation.inputs, base_date=data.calculation.base_date, policy=policy)
    except InputsFaulty as faulty:
        sent = [_sent(each) for each in faulty.errors]
        raise InputsFaulty(errors=sent, count=len(sent)) from faulty


def _sent(error: FieldError) -> FieldError:
    """The fault by its place in the request."""
    return FieldError(f"/calculation{error.pointer}", error.detail, error.rule)


def _shares(result: Calculation, seen: AppraisalView, data: SplitValue) -> list[ContributionView]:
    """The appraised value in proportion to the Shapley values, to the minor unit; raises SplitFaulty."""
    values = {name: text for name, text in result.results.items() if name != BOUND}
    weights = [int(Decimal(text).scaleb(_PLACES)) for text in values.values()]
    if min(weights) < 0 or sum(weights) <= 0:
        text = Text(
            "有参与方的夏普利值为负或合计为零，无法按其分配价值。",
            "A Shapley value is negative or all are nothing: the value cannot be divided by them.",
        )
        raise SplitFaulty(errors=[FieldError("/calculation/inputs", text, RULE)], count=1)
    parts = Money.of(seen.value).split(*weights)
    return [
        ContributionView(name, data.contributors.get(name), shapley, part.view())
        for (name, shapley), part in zip(values.items(), parts, strict=True)
    ]
