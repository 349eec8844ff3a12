"""Ordering, accepting, measuring, signing and ending tests by third parties."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids, lifecycle
from kernel.actor import SYSTEM, Actor
from kernel.db import locked, one
from kernel.errors import NotFound
from kernel.identity.models import Party
from kernel.identity.states import PartyState
from kernel.jobs import queue as jobs
from kernel.log.record import timestamp
from kernel.states import Role
from kernel.time.clock import Clock, day_in_china, end_of_day_in_china
from rights.assets import queries as assets
from valuation.engagements import rules as independence
from valuation.engagements.independence.check import gathered
from valuation.quality import commands as quality
from valuation.quality.contract.contract import Contract
from valuation.quality.contract.reader import read
from valuation.quality.errors import NoRevision, NotYourAsset
from valuation.testing import queries
from valuation.testing.errors import NoTester, NotTheTester, TesterDependent
from valuation.testing.models import ThirdPartyTest
from valuation.testing.policy import POLICY
from valuation.testing.schemas import AcceptTest, EndTest, OrderTest, TestView
from valuation.testing.states import THIRD_PARTY_TEST, TestAction

SAMPLE_JOB = "testing.sample"


async def order(session: AsyncSession, actor: Actor, asset_id: str, data: OrderTest, *, clock: Clock) -> TestView:
    """Engage a tester for the newest revision of an asset of one's own; whoever is not independent is refused."""
    asset, now = await assets.asset(session, asset_id), clock.now()
    if actor.party is None or asset.party_id != actor.party:
        raise NotYourAsset
    revision = await assets.latest_revision(session, asset_id)
    if revision is None:
        raise NoRevision
    contract = quality.understood(data.contract)
    terms = POLICY.at(day_in_china(now)).body
    tester = await session.get(Party, data.tester)
    if tester is None or Role.TESTER not in tester.roles or tester.status != PartyState.ADMITTED:
        raise NoTester(party=data.tester)
    row = ThirdPartyTest(
        id=ids.new("tst"),
        asset_id=asset.id,
        revision_id=revision.id,
        data_contract=dict(contract.raw),
        provider=asset.party_id,
        tester=tester.id,
        purpose=data.purpose,
        samples=data.samples or terms.samples,
        sample_minutes=data.sample_minutes or terms.sample_minutes,
        round=0,
        checks=[],
        quality_run_id=None,
        content=None,
        digest=None,
        document_id=None,
        signed_at=None,
        valid_until=None,
        reason=None,
        created_at=now,
    )
    await confirm_independence(session, row, "order", now)
    facts = {"asset": asset.id, "revision": revision.id, "tester": tester.id}
    await lifecycle.begin(session, row, THIRD_PARTY_TEST, actor, at=now, parties=parties(row), **facts)
    return await queries.view(session, row, actor)


async def accept(session: AsyncSession, actor: Actor, test_id: str, data: AcceptTest, *, clock: Clock) -> TestView:
    """Take an order on, declaring independence; checked once more, since time has passed."""
    row, now = await tested(session, actor, test_id), clock.now()
    await confirm_independence(session, row, "accept", now, data.independence)
    await session.flush()
    await advance(session, row, TestAction.ACCEPT, actor, Role.TESTER, now)
    return await queries.view(session, row, actor)


async def measure(session: AsyncSession, actor: Actor, test_id: str, *, clock: Clock) -> TestView:
    """Begin the measures: a scoring in the tester's name, and the first of the samples."""
    row, now = await tested(session, actor, test_id), clock.now()
    await confirm_independence(session, row, "measure", now)
    row.round += 1
    row.content = row.digest = row.quality_run_id = None
    await session.flush()
    await advance(session, row, TestAction.MEASURE, actor, Role.TESTER, now, round=row.round)
    contract = read(row.data_contract)
    assert isinstance(contract, Contract)
    asset = await assets.asset(session, row.asset_id)
    run = await quality.queue(session, actor, asset, row.revision_id, contract, row.tester, at=now, test=row.id)
    row.quality_run_id = run.id
    await jobs.enqueue(session, SAMPLE_JOB, {"test": row.id, "round": row.round, "number": 1})
    await session.flush()
    return await queries.view(session, row, actor)


async def end(
    session: AsyncSession, actor: Actor, test_id: str, action: TestAction, data: EndTest, *, clock: Clock
) -> TestView:
    """Decline, end or revoke a test, with the reason."""
    await queries.row_seen(session, actor, test_id)
    row = await locked(session, ThirdPartyTest, test_id)
    role = queries.role_of(row, actor)
    assert role is not None
    row.reason = data.reason
    await session.flush()
    await advance(session, row, action, actor, role, clock.now(), reason=data.reason)
    return await queries.view(session, row, actor)


async def tested(session: AsyncSession, actor: Actor, test_id: str) -> ThirdPartyTest:
    """A test whose tester is acting, locked; raises NotTheTester."""
    row = await locked(session, ThirdPartyTest, ids.require("tst", test_id))
    role = queries.role_of(row, actor)
    if role is None:
        raise NotFound(kind="third_party_test", id=test_id)
    if role is not Role.TESTER:
        raise NotTheTester
    return row


async def confirm_independence(
    session: AsyncSession, row: ThirdPartyTest, occasion: str, at: datetime, declared: str | None = None
) -> None:
    """Ask everybody who could know of a tie, and note what was looked at; raises TesterDependent."""
    since = independence.back(day_in_china(at), POLICY.at(day_in_china(at)).body.lookback_months)
    matter = await gathered(session, row.tester, row.provider, row.asset_id, row.provider, (), since)
    if kinds := sorted({tie.kind for tie in independence.ties(matter)}):
        raise TesterDependent.of(kinds)
    noted: dict[str, Any] = {
        "at": timestamp(at),
        "occasion": occasion,
        "since": since.isoformat(),
        "concerned": sorted(matter.concerned),
        "dealings": len(matter.dealings),
    }
    row.checks = [*row.checks, noted | ({"declared": declared} if declared else {})]


async def advance(
    session: AsyncSession,
    row: ThirdPartyTest,
    action: TestAction,
    actor: Actor,
    role: Role,
    at: datetime,
    **facts: Any,
) -> None:
    """Move a test, telling both sides."""
    known = {"asset": row.asset_id, "revision": row.revision_id, **facts}
    await lifecycle.advance(session, row, THIRD_PARTY_TEST, action, actor, role, at=at, parties=parties(row), **known)


def parties(row: ThirdPartyTest) -> list[str]:
    """Who is told of a test."""
    return [row.provider, row.tester]


async def expire(session: AsyncSession, test_id: str, *, at: datetime) -> None:
    """End a result whose time is over."""
    row = await locked(session, ThirdPartyTest, test_id)
    if row.valid_until is None or row.valid_until > at or THIRD_PARTY_TEST.is_final(row.status):
        return
    await advance(session, row, TestAction.EXPIRE, SYSTEM, Role.SYSTEM, at)


def valid_until(at: datetime, days: int) -> datetime:
    """The end of the last day on which a result may be shown."""
    return end_of_day_in_china(day_in_china(at) + timedelta(days=days))


async def tester_name(session: AsyncSession, row: ThirdPartyTest) -> str:
    """The tester's name as it was admitted."""
    return (await one(session, Party, row.tester)).name
