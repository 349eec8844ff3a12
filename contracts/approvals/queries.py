"""Reading a party's own rule, the approvals under it, and whose key a key is."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.approvals.models import Approval, ApprovalRule
from contracts.approvals.schemas import ApprovalRuleView, ApprovalView, RuleBody
from kernel.act import Act
from kernel.identity.models import ApiKey, Member
from kernel.money import Money
from kernel.views.audience import own_party
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown


async def rule_of(session: AsyncSession, party: str) -> ApprovalRule | None:
    """The rule that holds for a party, if it has one."""
    query = select(ApprovalRule).where(ApprovalRule.party_id == party).order_by(ApprovalRule.n.desc()).limit(1)
    return (await session.scalars(query)).first()


def body_of(row: ApprovalRule) -> RuleBody:
    """What a rule says."""
    return msgspec.convert(row.body, RuleBody)


def rule_view(row: ApprovalRule) -> ApprovalRuleView:
    """A rule for the wire."""
    return shown(row, ApprovalRuleView, rule=body_of(row))


async def rules_of(act: Act, limit: int, cursor: str | None) -> Page[ApprovalRuleView]:
    """The versions of one's own party's rule, the newest first."""
    query = select(ApprovalRule).where(ApprovalRule.party_id == act.actor.party)
    rows = await fetch(act.session, query, ApprovalRule.n, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(rule_view)


async def hands_of(act: Act, party: str) -> set[str]:
    """The keys in force and the members of a party, by whom a rule of its own may name persons."""
    live = select(ApiKey.id).where(ApiKey.party_id == party, ApiKey.revoked_at.is_(None), ApiKey.expires_at > act.at)
    people = select(Member.id).where(Member.party_id == party, Member.removed_at.is_(None))
    return {*await act.session.scalars(live), *await act.session.scalars(people)}


async def line_of(session: AsyncSession, hand: str | None) -> Sequence[str]:
    """A key or a member, then what made it and what it took the place of, at every remove, the nearest first.

    At its head stands the first of the keys that renewed each other: a key stays the same person's however often it is
    renewed, also beside a line that was kept before.
    """
    first = hand
    while first is not None and (older := await session.scalar(select(ApiKey.id).where(ApiKey.replaced_by == first))):
        first = older
    line = [one for one in dict.fromkeys((first, hand)) if one is not None]
    edge = list(line)
    while edge:
        makers = select(ApiKey.made_by).where(ApiKey.id.in_(edge), ApiKey.made_by.is_not(None))
        hosts = select(Member.made_by).where(Member.id.in_(edge), Member.made_by.is_not(None))
        earlier = select(ApiKey.id).where(ApiKey.replaced_by.in_(edge))
        found = {one for query in (makers, hosts, earlier) for one in await session.scalars(query)} - {*line, None}
        edge = sorted(one for one in found if one is not None)
        line += edge
    return line


async def standing(session: AsyncSession, party: str, terms_digest: str) -> Sequence[Approval]:
    """The approvals of terms that are not void."""
    query = select(Approval).where(Approval.party_id == party, Approval.terms_digest == terms_digest)
    return (await session.scalars(query.where(Approval.voided_at.is_(None)).order_by(Approval.id))).all()


async def superseded(session: AsyncSession, party: str, terms_digest: str) -> str | None:
    """The digest of approved terms whose place these have taken, if there were any."""
    query = select(Approval.terms_digest).where(Approval.party_id == party, Approval.superseded_by == terms_digest)
    return await session.scalar(query.order_by(Approval.id.desc()).limit(1))


async def approvals_of(act: Act, terms_digest: str | None, limit: int, cursor: str | None) -> Page[ApprovalView]:
    """One's own party's approvals, the newest first; those of certain terms where a digest is given."""
    query = select(Approval).where(Approval.party_id == own_party(act.actor))
    if terms_digest is not None:
        query = query.where(Approval.terms_digest == terms_digest)
    rows = await fetch(act.session, query, Approval.id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(approval_view)


def approval_view(row: Approval) -> ApprovalView:
    """An approval for the wire."""
    amount = None if row.currency is None else Money(row.amount_minor, row.currency).view()
    return shown(row, ApprovalView, amount=amount)
