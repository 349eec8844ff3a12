"""Reading what safekeeping knows."""

from typing import Final

from sqlalchemy import select

from kernel.act import Act
from kernel.db import one
from kernel.safekeeping.models import IntegrityFinding, IntegrityNight
from kernel.safekeeping.rules import detection
from kernel.safekeeping.schemas import IntegrityFindingView, IntegrityNightView
from kernel.safekeeping.states import FINDING
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown

AUDIENCE: Final = Audience("integrity_finding", (Role.OPERATOR, Role.REGULATOR, Role.AUDITOR))
"""What is not as it was is the operator's to mend, and for those who watch to see."""


def finding_view(act: Act, row: IntegrityFinding) -> IntegrityFindingView:
    """A finding with what the actor may do about it."""
    actions = {str(action) for role in act.actor.roles for action in FINDING.actions(row.status, role)}
    return shown(row, IntegrityFindingView, allowed_actions=sorted(actions))


async def finding(act: Act, finding_id: str) -> IntegrityFindingView:
    """A finding; raises NotFound."""
    row = await one(act.session, IntegrityFinding, finding_id)
    AUDIENCE.require(act.actor, row.id)
    return finding_view(act, row)


async def findings(act: Act, limit: int, cursor: str | None) -> Page[IntegrityFindingView]:
    """Every finding, newest first."""
    query = select(IntegrityFinding).where(AUDIENCE.among(act.actor))
    rows = await fetch(act.session, query, IntegrityFinding.id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(lambda row: finding_view(act, row))


async def nights(act: Act, limit: int, cursor: str | None) -> Page[IntegrityNightView]:
    """Every night's reading, newest first."""
    query = select(IntegrityNight).where(AUDIENCE.among(act.actor))
    rows = await fetch(act.session, query, IntegrityNight.id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(lambda row: shown(row, IntegrityNightView, detection=detection(row.drawn)))
