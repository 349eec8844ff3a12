"""Ordering, accepting, measuring, signing and ending tests by third parties."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked, one
from kernel.identity.models import Party
from kernel.identity.states import PartyState
from kernel.jobs import queue as jobs
from kernel.states import Role
from kernel.time.clock import day_in_china, end_of_day_in_china, months_before, timestamp
from rights.assets import queries as assets
from valuation.engagements import rules as independence
from valuation.engagements.independence.check import gathered
from valuation.quality import commands as quality
from valuation.quality.contract.contract import Contract
from valuation.quality.errors import NoRevision
from valuation.quality.understanding import understood
from valuation.testing import queries
from valuation.testing.errors import NoTester, NotTheTester, TesterDependent
from valuation.testing.models import ThirdPartyTest
from valuation.testing.policy import POLICY
from valuation.testing.schemas import AcceptTest, EndTest, OrderTest, TestView
from valuation.testing.states import THIRD_PARTY_TEST, TestAction

SAMPLE_JOB = "testing.sample"


async def order(act: Act, asset_id: str, data: OrderTest, contract: Contract) -> TestView:
    """Engage a tester for the newest revision of an asset of one's own; whoever is not independent is refused."""
    asset = await assets.asset(act.session, asset_id)
    assets.AUDIENCE.require_party(act.actor, asset_id, asset.party_id)
    revision = await assets.latest_revision(act.session, asset_id)
    if revision is None:
        raise NoRevision
    terms = POLICY.at(day_in_china(act.at)).body
    tester = await act.session.get(Party, data.tester)
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
        created_at=act.at,
    )
    await confirm_independence(act.session, row, "order", act.at)
    facts = {"asset": asset.id, "revision": revision.id, "tester": tester.id}
    await lifecycle.begin(act, row, THIRD_PARTY_TEST, parties=parties(row), **facts)
    return await queries.view(act, row)


async def accept(act: Act, test_id: str, data: AcceptTest) -> TestView:
    """Take an order on, declaring independence; checked once more, since time has passed."""
    row = await tested(act, test_id)
    await confirm_independence(act.session, row, "accept", act.at, data.independence)
    await act.session.flush()
    await advance(act, row, TestAction.ACCEPT, Role.TESTER)
    return await queries.view(act, row)


async def measure(act: Act, test_id: str) -> TestView:
    """Begin the measures: a scoring in the tester's name, and the first of the samples."""
    row = await tested(act, test_id)
    await confirm_independence(act.session, row, "measure", act.at)
    row.round += 1
    row.content = row.digest = row.quality_run_id = None
    await act.session.flush()
    await advance(act, row, TestAction.MEASURE, Role.TESTER, round=row.round)
    contract = await understood(row.data_contract, row.tester)
    asset = await assets.asset(act.session, row.asset_id)
    kept = await quality.keep(act, asset.id, contract)
    run = await quality.queue(act, asset, row.revision_id, kept, row.tester, providers_own=True, test=row.id)
    row.quality_run_id = run.id
    await jobs.enqueue(act.session, SAMPLE_JOB, {"test": row.id, "round": row.round, "number": 1})
    await act.session.flush()
    return await queries.view(act, row)


async def end(act: Act, test_id: str, action: TestAction, data: EndTest) -> TestView:
    """Decline, end or revoke a test, with the reason."""
    await queries.row_seen(act, test_id)
    row = await locked(act.session, ThirdPartyTest, test_id)
    role = queries.role_of(row, act.actor)
    assert role is not None
    row.reason = data.reason
    await act.session.flush()
    await advance(act, row, action, role, reason=data.reason)
    return await queries.view(act, row)


async def tested(act: Act, test_id: str) -> ThirdPartyTest:
    """A test whose tester is acting, locked; raises NotFound, NotTheTester."""
    row = await locked(act.session, ThirdPartyTest, ids.require("tst", test_id))
    queries.AUDIENCE.require(act.actor, test_id, row.tester, row.provider)
    if queries.role_of(row, act.actor) is not Role.TESTER:
        raise NotTheTester
    return row


async def confirm_independence(
    session: AsyncSession, row: ThirdPartyTest, occasion: str, at: datetime, declared: str | None = None
) -> None:
    """Ask everybody who could know of a tie, and note what was looked at; raises TesterDependent."""
    since = months_before(day_in_china(at), POLICY.at(day_in_china(at)).body.lookback_months)
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


async def advance(act: Act, row: ThirdPartyTest, action: TestAction, role: Role, **facts: Any) -> None:
    """Move a test, telling both sides."""
    known = {"asset": row.asset_id, "revision": row.revision_id, **facts}
    await lifecycle.advance(act, row, THIRD_PARTY_TEST, action, role, parties=parties(row), **known)


def parties(row: ThirdPartyTest) -> list[str]:
    """Who is told of a test."""
    return [row.provider, row.tester]


async def expire(act: Act, test_id: str) -> None:
    """End a result whose time is over."""
    row = await locked(act.session, ThirdPartyTest, test_id)
    if row.valid_until is None or row.valid_until > act.at or THIRD_PARTY_TEST.is_final(row.status):
        return
    await advance(act.by(SYSTEM), row, TestAction.EXPIRE, Role.SYSTEM)


def valid_until(at: datetime, days: int) -> datetime:
    """The end of the last day on which a result may be shown."""
    return end_of_day_in_china(day_in_china(at) + timedelta(days=days))


async def tester_name(session: AsyncSession, row: ThirdPartyTest) -> str:
    """The tester's name as it was admitted."""
    return (await one(session, Party, row.tester)).name
