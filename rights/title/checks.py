"""Answering a wish: yes, or every reason against it with the violated edge and side (确权校验)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.time.clock import day_in_china
from rights.grants.box import Dimension, Exclusivity, Grant, Violation
from rights.grants.parsing import read
from rights.grants.vocabulary import words_at
from rights.title import queries, rules
from rights.title.errors import refuse
from rights.title.models import AssetLineage
from rights.title.policy import RightsAct
from rights.title.rules import Finding, FindingKind, Link
from rights.title.schemas import CheckTitle, TitleAnswer
from rights.title.views import answer_view

GENERATIONS_MAX: Final = 32
"""Data made from data made from data …: beyond this depth an answer is refused rather than cut short."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a holder would do with an asset; consents are those that the register saw.

    A grant names its grantee, or nobody yet: an offer (要约) to whomever its recipients admit. `replaces` are links in
    whose place it is to be written, with which it need not stand.
    """

    act: RightsAct
    holder: str
    wanted: Grant
    grantee: str | None = None
    consents: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Title:
    """What stands on an asset's title, whichever of its chains is judged."""

    remarks: Sequence[rules.Remark]
    shares: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Answer:
    """The chain on which a wish was judged, and the reasons against it; none means yes."""

    chain: tuple[Link, ...]
    findings: tuple[Finding, ...]

    @property
    def permitted(self) -> bool:
        """Say whether nothing stands against the wish."""
        return not self.findings


async def answer(session: AsyncSession, asset_id: str, wish: Wish, *, at: datetime, under: str | None = None) -> Answer:
    """Judge a wish on the grant named, or on whichever of the holder's grants carries it furthest."""
    title = _Title(await queries.remarks(session, asset_id), await queries.shares(session, asset_id))
    held = await queries.held_by(session, asset_id, wish.holder, title.shares)
    candidates = [grant_id for grant_id in held if under in (None, grant_id)]
    best: Answer | None = None
    for grant_id in candidates:
        judged = await _judged(session, await queries.chain(session, grant_id), asset_id, title, wish, at=at)
        if judged.permitted:
            return judged
        if best is None or _reach(judged) > _reach(best):
            best = judged
    return best or await _judged(session, [], asset_id, title, wish, at=at)


async def require(
    session: AsyncSession, asset_id: str, wish: Wish, *, at: datetime, under: str | None = None
) -> Answer:
    """As `answer`, raising the refusal that cites the rule unless nothing stands against the wish."""
    judged = await answer(session, asset_id, wish, at=at, under=under)
    if judged.findings:
        raise refuse(judged.findings)
    return judged


def _reach(judged: Answer) -> tuple[bool, int, int]:
    """How far a wish came: past its chain, then along it, then by the fewest sides."""
    broken = [finding for finding in judged.findings if finding.kind == FindingKind.CHAIN]
    if not broken:
        return (True, 0, -len(judged.findings))
    return (False, broken[0].edge or 0, -len(broken[0].violations))


async def _judged(
    session: AsyncSession, chain: Sequence[Link], asset_id: str, title: "_Title", wish: Wish, *, at: datetime
) -> Answer:
    """Every reason against a wish on one chain."""
    parties = await queries.members(session, [*(link.grant for link in chain), wish.wanted], wish.holder, wish.grantee)
    onward = wish.act == RightsAct.GRANT
    grantee = wish.grantee if onward else None
    taken = await queries.out_of(session, chain[-1].id, wish.replaces) if chain and onward else []
    on = day_in_china(at)
    missing = rules.missing_consents(wish.act, wish.wanted, chain, title.shares, (*wish.consents, wish.holder))
    findings = [
        rules.chain_finding(asset_id, chain, wish.wanted, parties, onward=onward, grantee=grantee, taken=taken),
        *rules.remark_findings(asset_id, wish.act, wish.wanted, title.remarks, on, parties),
        await _taken_field(session, chain, asset_id, wish) if chain else None,
        Finding(FindingKind.CONSENT, asset_id, against=missing) if missing else None,
        *await upstream_findings(session, asset_id, rules.outward(wish.act, wish.wanted, chain), at=at),
    ]
    return Answer(tuple(chain), tuple(one for one in findings if one is not None))


async def _taken_field(session: AsyncSession, chain: Sequence[Link], asset_id: str, wish: Wish) -> Finding | None:
    """Whoever stands in the wish's field and cannot stand with it: neither its own line nor the title itself."""
    if wish.act in (RightsAct.TRANSFER, RightsAct.SECURE):
        return None  # What stands goes on standing under whoever holds the title.
    line = {*(link.id for link in chain), *wish.replaces}
    if wish.act == RightsAct.GRANT:
        ordinary = wish.wanted.exclusivity == Exclusivity.ORDINARY
        beside = await queries.active_licences(session, asset_id, alone=ordinary)
        return rules.exclusive_finding(asset_id, [link for link in beside if link.id not in line], wish.wanted)
    beside = []
    for link in await queries.active_licences(session, asset_id, alone=True):
        above = {upper.id for upper in await queries.chain(session, link.id)}
        # A sole grant (排他) leaves its grantor's own use alone; an exclusive one (独占) does not.
        own_sole = chain[-1].id in above and link.grant.exclusivity == Exclusivity.SOLE
        if link.id not in line and not own_sole:
            beside.append(link)
    return rules.exclusive_finding(asset_id, beside, wish.wanted)


async def upstream_findings(
    session: AsyncSession, asset_id: str, wanted: Grant, *, at: datetime, generation: int = 0
) -> list[Finding]:
    """Where the data that an asset is made from, and what that is made from, was not granted for a wish."""
    if generation > GENERATIONS_MAX:
        deep = Violation(Dimension.DEPTH, (str(generation),), (str(GENERATIONS_MAX),))
        return [Finding(FindingKind.UPSTREAM, asset_id, violations=(deep,))]
    against: list[Finding] = []
    for rows in (await queries.lineage(session, asset_id)).values():
        tried = [await upstream_of(session, row, wanted, at=at, generation=generation) for row in rows]
        against += next((findings for findings in tried if not findings), tried[-1])
    return against


async def upstream_of(
    session: AsyncSession, row: AssetLineage, wanted: Grant, *, at: datetime, generation: int = 0
) -> list[Finding]:
    """What stands against a wish on one upstream grant; a source that was found without a grant carries nothing."""
    if row.grant_id is None:
        unlicensed = Violation(Dimension.STATUS, ("active",), ())
        return [Finding(FindingKind.UPSTREAM, row.parent_id, violations=(unlicensed,))]
    chain = await queries.current(session, row.grant_id)
    kind = queries.lineage_kind(row.kind, day_in_china(row.created_at))
    assert chain
    assert kind is not None
    implied = rules.upstream_wish(chain[-1].grant, wanted, kind)
    parties = await queries.members(session, [*(link.grant for link in chain), implied])
    broken = rules.chain_finding(row.parent_id, chain, implied, parties)
    remarks = await queries.remarks(session, row.parent_id)
    barred = rules.remark_findings(row.parent_id, RightsAct.EXERCISE, implied, remarks, day_in_china(at), parties)
    against = [replace(one, kind=FindingKind.UPSTREAM) for one in (broken, *barred) if one is not None]
    return against + await upstream_findings(session, row.parent_id, implied, at=at, generation=generation + 1)


async def check(act: Act, asset_id: str, data: CheckTitle) -> TitleAnswer:
    """Answer whether a holder may do something: about one's own party, one's own asset, or as an officer.

    Raises NotFound for an asset, or another holder, that is not the actor's business.
    """
    owner = await queries.titled_asset(act, asset_id)
    holder = data.holder_id or act.actor.party
    assert holder is not None
    if holder != act.actor.party:
        queries.AUDIENCE.require(act.actor, asset_id, owner.party_id, *await queries.holders(act.session, owner.id))
    wanted = read(data.wanted, words_at(act.today), "/wanted")
    wish = Wish(data.act, holder, wanted, data.grantee_id)
    judged = await answer(act.session, owner.id, wish, at=act.at, under=data.under)
    return answer_view(owner.id, holder, str(data.act), wanted, judged.chain, judged.findings, act.today)
