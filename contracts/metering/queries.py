"""Reading policies and meters of agreements."""

from sqlalchemy import select

from contracts.agreements.models import Agreement
from contracts.agreements.queries import AUDIENCE
from contracts.metering.commands import meter_of, policy_of
from contracts.metering.models import UsageRelease
from contracts.metering.schemas import AgreementPolicyView, MetersView, ReleaseView, SentenceView
from contracts.usage.odrl import URN, to_odrl
from contracts.usage.sentences import sentences
from kernel.act import Act
from kernel.db import one
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown


async def seen(act: Act, agreement_id: str) -> Agreement:
    """An agreement, for its parties and those who watch; raises NotFound for anybody else."""
    row = await one(act.session, Agreement, agreement_id)
    AUDIENCE.require(act.actor, agreement_id, row.provider, row.consumer)
    return row


async def policy(act: Act, agreement_id: str) -> AgreementPolicyView:
    """What an agreement permits, in its three forms, and what was used of it."""
    row = await seen(act, agreement_id)
    tree = policy_of(row, act.at)
    uid, assigner, assignee = (f"{URN}:{name}" for name in (row.id, row.provider, row.consumer))
    return AgreementPolicyView(
        agreement_id=row.id,
        policy=tree,
        odrl=to_odrl(tree, uid=uid, assigner=assigner, assignee=assignee),
        sentences=[SentenceView(one.id, one.values, one.text) for one in sentences(tree)],
        meters=shown(await meter_of(act.session, row.id), MetersView),
    )


async def releases(act: Act, agreement_id: str, limit: int, cursor: str | None) -> Page[ReleaseView]:
    """Every access under an agreement that the gate permitted, newest first."""
    row = await seen(act, agreement_id)
    query = select(UsageRelease).where(UsageRelease.agreement_id == row.id)
    page = await fetch(act.session, query, UsageRelease.id, limit=limit, cursor=cursor, newest_first=True)
    return page.of(lambda made: shown(made, ReleaseView))
