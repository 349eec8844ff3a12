"""The gates' answers kept for good (闸门记录): what was asked about, when, under which policy, and each answer."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.errors import DomainError, FieldError
from kernel.rules.policy import PolicyRef
from kernel.time.clock import day_in_china
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from rights.assets.queries import asset
from rights.classification import gates
from rights.classification.errors import GATES, ClassificationMissing
from rights.classification.gates import STOPPING, Answer
from rights.classification.models import GateSheet
from rights.classification.policy import POLICY
from rights.classification.queries import AUDIENCE
from rights.classification.rules import GatedAct, GateFacts
from rights.classification.schemas import GateSheetView


def stopping(answers: Sequence[Answer]) -> list[Answer]:
    """The answers that do not let the data pass."""
    return [answer for answer in answers if answer.outcome in STOPPING]


def refusal(answers: Sequence[Answer], more: Sequence[FieldError] = ()) -> DomainError | None:
    """The refusal of the first gate that stops, listing all that do; None when all let pass.

    A gate that refuses comes before one that had nothing to look at.
    """
    against = stopping(answers)
    if not against:
        return None
    assessed = [answer for answer in against if answer.outcome != "not_assessed"]
    listed = [*(answer.fault for answer in against), *more]
    if assessed:
        return GATES[assessed[0].rule](errors=listed)
    first = GATES[against[0].rule]
    return (ClassificationMissing if against[0].rule == "LT-CLS-01" else first)(errors=listed)


async def require(session: AsyncSession, subject: str, asset_id: str, facts: GateFacts, *, at: datetime) -> None:
    """Ask the gates about something and keep their answers; raises the refusal of the first that stops."""
    terms = POLICY.at(day_in_china(at))
    answers = gates.answers(facts, terms.body)
    if (problem := refusal(answers)) is not None:
        raise problem
    await keep(session, subject, asset_id, facts.act, answers, terms.ref, at=at)


async def keep(
    session: AsyncSession,
    subject: str,
    asset_id: str,
    act: GatedAct,
    answers: Sequence[Answer],
    ref: PolicyRef,
    *,
    at: datetime,
) -> None:
    """Keep the answers about something."""
    row = GateSheet(
        id=ids.new("gts"),
        subject=subject,
        asset_id=asset_id,
        act=act,
        answers=msgspec.to_builtins(list(answers)),
        policy=msgspec.to_builtins(ref),
        created_at=at,
    )
    session.add(row)


async def of_subjects(session: AsyncSession, *subjects: str | None) -> list[GateSheetView]:
    """The answers about some things, in the order in which they were given."""
    query = select(GateSheet).where(GateSheet.subject.in_([one for one in subjects if one is not None]))
    return [sheet_view(row) for row in await session.scalars(query.order_by(GateSheet.created_at, GateSheet.id))]


async def of_asset(act: Act, asset_id: str, limit: int, cursor: str | None) -> Page[GateSheetView]:
    """All answers about an asset, the newest first, for its holder and the officers; raises NotFound."""
    owner = await asset(act.session, asset_id)
    AUDIENCE.require(act.actor, asset_id, owner.party_id)
    query = select(GateSheet).where(GateSheet.asset_id == owner.id)
    sheets = await fetch(act.session, query, GateSheet.id, limit=limit, cursor=cursor, newest_first=True)
    return sheets.of(sheet_view)


def sheet_view(row: GateSheet) -> GateSheetView:
    """A sheet for the wire."""
    answers, ref = msgspec.convert(row.answers, list[Answer]), msgspec.convert(row.policy, PolicyRef)
    return shown(row, GateSheetView, answers=answers, policy=ref)
