"""Asking of a revision's data contract, scans and declaration whether copies of it may bear marks."""

from datetime import datetime

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.policy.marks import Marks
from contracts.usage.scope.tree import Scope
from kernel.db import one
from kernel.errors import FieldError
from kernel.text import Text
from kernel.time.clock import day_in_china
from market.marks import rules
from market.marks.errors import MarksUnsuitable
from rights.classification import scan
from rights.classification.models import Classification
from rights.classification.policy import POLICY as CLASSIFICATION
from rights.classification.policy import Level
from rights.classification.queries import latest
from rights.classification.rules import level_of
from rights.classification.schemas import DataItem
from valuation.quality.contract.contract import Contract
from valuation.quality.contract.reader import read
from valuation.quality.models import DataContract, QualityRun, Scorecard
from valuation.quality.queries import counted


async def require_markable(
    session: AsyncSession,
    marks: Marks,
    card: Scorecard | None,
    at: datetime,
    pointer: str,
    *,
    scope: Scope = (),
) -> None:
    """Raise MarksUnsuitable, naming every fault, unless copies of what a scorecard is of may bear these marks."""
    if not marks:
        return
    if card is None:
        text = Text(
            "数据尚未评分，无数据合同可依", "The data is not scored: no data contract says what its columns are"
        )
        raise MarksUnsuitable(errors=[FieldError(pointer, text, MarksUnsuitable.rule)], count=1)
    run = await one(session, QualityRun, card.run_id)
    contract = read((await one(session, DataContract, run.data_contract_id)).document)
    assert isinstance(contract, Contract)  # It was scored by it.
    terms, never = (
        rules.POLICY.at(day_in_china(at)).body,
        await never_marked(session, card.asset_id, card.revision_id, at),
    )
    if found := list(rules.faults(contract, marks, scope, terms, pointer, never=never)):
        raise MarksUnsuitable(errors=found, count=len(found))


async def never_marked(
    session: AsyncSession, asset_id: str, revision_id: str, at: datetime
) -> frozenset[tuple[str, str]]:
    """The columns of a revision in which the scans found personal data, or that are declared of a graver level.

    A declaration names data items and no tables: what it grades is told of any table that has a column of that name.
    """
    day = day_in_china(at)
    cards = await counted(session, revision_id)
    personal = {(each.object, each.column) for card in cards for each in scan.binding(card.id, card.body, day)}
    declared = await latest(session, asset_id)
    graver = set() if declared is None else _graver(declared)
    return frozenset(personal | {(rules.ANY_TABLE, name) for name in graver})


def _graver(declared: Classification) -> set[str]:
    """The data items of a declaration whose own level is above the general one."""
    impact = CLASSIFICATION.version(declared.policy["version"]).body.impact
    items = msgspec.convert(declared.items, list[DataItem])
    return {item.name for item in items if level_of([item.impacts], impact) is not Level.GENERAL}
