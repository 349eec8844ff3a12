"""Signing with two keys: each valuer signs the reviewed draft with a key of the person's own; the second one issues."""

from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.crypto import signing
from kernel.db import lock_name, locked
from kernel.errors import NotFound
from kernel.identity.models import SigningKey
from kernel.identity.queries import signing_key
from kernel.states import Role
from kernel.text import Text
from kernel.time.clock import day_in_china, timestamp
from kernel.views.projection import shown
from valuation.appraisal.commands import issue_appraisal
from valuation.appraisal.document import STANDINGS, AppraisalClaims, ProcessStep, ReportClaims, SignatureClaims, read
from valuation.engagements import queries, rules
from valuation.engagements.commands import require_part
from valuation.engagements.errors import (
    DraftAltered,
    DraftOutdated,
    NotYourSigningKey,
    ReportSignatureInvalid,
    SignedAlready,
    UseOver,
)
from valuation.engagements.independence import check as independence
from valuation.engagements.models import Engagement, EngagementDraft, EngagementOpinion, EngagementSignature
from valuation.engagements.policy import POLICY
from valuation.engagements.schemas import EngagementView, SignReport
from valuation.engagements.states import ENGAGEMENT, EngagementAction, EngagementState
from valuation.engagements.work.evidence import archive_years, at_work
from valuation.practitioners.models import Practitioner

_S, _A = EngagementState, EngagementAction


async def sign(act: Act, engagement_id: str, data: SignReport) -> EngagementView:
    """Take a valuer's signature; the second one issues the report and enters it in the register."""
    row, person = await at_work(act, engagement_id)
    part = require_part(row, person, "first_valuer", "second_valuer")
    action = _A.COUNTERSIGN if row.status == _S.SIGNED else _A.SIGN
    ENGAGEMENT.next(row.status, action, Role.VALUER)
    if row.draft_id != data.draft_id:
        raise DraftOutdated(current=row.draft_id or "—", named=data.draft_id)
    draft = await locked(act.session, EngagementDraft, data.draft_id)
    earlier = await queries.signatures(act.session, draft.id)
    _first_time(earlier, person)
    key = await _own_key(act.session, person, data.signing_key_id)
    _require_valid(draft, key, data.signature)
    if draft.use_until < day_in_china(act.at):
        raise UseOver(use_until=draft.use_until)
    await independence.confirm(act.session, row, await queries.team(act.session, row), f"sign/{part}", act.at)
    new = EngagementSignature(
        id=ids.new("sig"),
        engagement_id=row.id,
        draft_id=draft.id,
        practitioner_id=person.id,
        capacity=part,
        signing_key_id=key.id,
        public_key=key.public_key,
        signature=data.signature,
        signed_at=act.at,
    )
    act.session.add(new)
    facts = {"draft": draft.id, "digest": draft.digest, "by": person.id, "public_key": key.public_key}
    sides = queries.sides(row)
    if action is _A.COUNTERSIGN:
        facts |= await _issue(act, row, draft, [*earlier, new])
    await lifecycle.advance(act, row, ENGAGEMENT, action, Role.VALUER, parties=sides, **facts)
    if action is _A.COUNTERSIGN:
        await _supersede(act, row)
    return await queries.view(act, row)


def _first_time(earlier: list[EngagementSignature], person: Practitioner) -> None:
    mine = next((each for each in earlier if each.practitioner_id == person.id), None)
    if mine is not None:
        raise SignedAlready(signed_at=timestamp(mine.signed_at))


async def _own_key(session: AsyncSession, person: Practitioner, key_id: str) -> SigningKey:
    """The key registered as the person's own; a key of the same firm that is another person's does not do."""
    if key_id != person.signing_key_id:
        raise NotYourSigningKey(signing_key_id=key_id)
    try:
        return await signing_key(session, person.firm, key_id)
    except NotFound as problem:
        raise NotYourSigningKey(signing_key_id=key_id) from problem


def _require_valid(draft: EngagementDraft, key: SigningKey, signature: str) -> None:
    if rules.digest(draft.content) != draft.digest:
        raise DraftAltered(draft=draft.id)
    text = rules.signing_text(draft.engagement_id, draft.digest)
    if not signing.verify_text(key.public_key, signature, text):
        raise ReportSignatureInvalid(signing_text=text)


async def _issue(
    act: Act, row: Engagement, draft: EngagementDraft, signed: list[EngagementSignature]
) -> dict[str, Any]:
    """Issue the report with all that an outsider needs, see valuation.engagements.verify; gives facts for the log."""
    today = day_in_china(act.at)
    number = await _number(act.session, today)
    until = rules.kept_until(today, archive_years(row, POLICY.at(today).body))
    claims = await _claims(act.session, row, draft, signed, (number, today, until))
    appraisal = await issue_appraisal(
        act, claims, queries.sides(row), draft.use_until, engagement_id=row.id, client=row.client
    )
    row.number, row.appraisal_id, row.issued_at = number, appraisal.id, act.at
    row.use_until, row.archive_until = draft.use_until, until
    market = claims.appraisal["inputs"].get("market") or {}
    row.market_mode, row.market_field = market.get("mode"), market.get("field")
    return {"number": number, "appraisal": appraisal.id, "document": appraisal.document_id}


async def _claims(
    session: AsyncSession,
    row: Engagement,
    draft: EngagementDraft,
    signed: list[EngagementSignature],
    facts: tuple[str, date, date],
) -> AppraisalClaims:
    """What was signed, and of the signing itself: number, days, steps and signatures."""
    number, today, until = facts
    process = await _process(session, row, draft)
    return msgspec.structs.replace(
        read(draft.content),
        standing="issued",
        standing_text=STANDINGS["issued"],
        report=ReportClaims(number, today, draft.use_until, until, process),
        digest=draft.digest,
        signatures=tuple([await _signature(session, each) for each in signed]),
    )


async def _number(session: AsyncSession, today: date) -> str:
    """The next report number of the year; the lock keeps two reports from taking one."""
    await lock_name(session, "report-number", str(today.year))
    start = f"PG{today.year}"
    last = await session.scalar(select(func.max(Engagement.number)).where(Engagement.number.startswith(start)))
    return f"{start}{int(last[len(start) :]) + 1 if last else 1:06d}"


async def _signature(session: AsyncSession, row: EngagementSignature) -> SignatureClaims:
    person = await session.get_one(Practitioner, row.practitioner_id)
    return shown(
        row,
        SignatureClaims,
        part=row.capacity,
        practitioner=person.id,
        name=person.name,
        registration_number=person.registration_number,
        signed_at=timestamp(row.signed_at),
    )


async def _process(session: AsyncSession, row: Engagement, draft: EngagementDraft) -> tuple[ProcessStep, ...]:
    """The steps of the work with their days (评估程序实施过程)."""
    steps: list[tuple[datetime, Text]] = [(row.created_at, Text("委托方提出委托", "The client proposed"))]
    if row.accepted_at is not None:
        steps.append((row.accepted_at, Text("独立性核查通过并受理", "Accepted after the check of independence")))
    steps += [
        (paper.created_at, Text("归集工作底稿", "A paper was kept"))
        for paper in await queries.papers_of(session, row.id)
    ]
    steps.append((draft.created_at, Text("完成评定估算与初稿", "The draft was computed")))
    said = select(EngagementOpinion).where(EngagementOpinion.draft_id == draft.id).order_by(EngagementOpinion.id)
    names = {
        "second": Text("第二名评估人员复核同意", "The second valuer agreed"),
        "review": Text("内部审核通过", "The internal review passed"),
    }
    steps += [(each.created_at, names[each.stage]) for each in await session.scalars(said) if each.verdict == "agree"]
    ordered = sorted(steps, key=lambda each: each[0])
    return tuple(ProcessStep(timestamp(at), name) for at, name in ordered)


async def _supersede(act: Act, row: Engagement) -> None:
    """A report that was to be replaced ends; one that has ended otherwise stays as it is."""
    if row.supersedes_id is None:
        return
    earlier = await locked(act.session, Engagement, row.supersedes_id)
    if earlier.status != _S.ISSUED:
        return
    await lifecycle.advance(
        act.by(SYSTEM),
        earlier,
        ENGAGEMENT,
        _A.SUPERSEDE,
        Role.SYSTEM,
        parties=queries.sides(earlier),
        by=row.id,
        number=row.number,
    )
