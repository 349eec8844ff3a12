"""Reading tests."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.identity.models import Party
from kernel.states import Role
from kernel.text import Text
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from rights.assets.models import Asset
from valuation.quality.access.ports import EngagedParty, source
from valuation.testing import rules
from valuation.testing.models import TestSample, ThirdPartyTest
from valuation.testing.rules import Reading
from valuation.testing.schemas import SampleView, TestBadge, TestView
from valuation.testing.states import THIRD_PARTY_TEST, TestState

AUDIENCE = Audience("third_party_test", (Role.REVIEWER, Role.REGULATOR, Role.AUDITOR, Role.OPERATOR))

_WORDS = {
    "passed": Text("第三方检测通过", "Passed a third-party test"),
    "failed": Text("第三方检测未通过", "Failed a third-party test"),
}


def role_of(row: ThirdPartyTest, actor: Actor) -> Role | None:
    """In what role the actor meets a test: its tester, its provider, or one of those who watch."""
    return AUDIENCE.role(actor, tester=row.tester, provider=row.provider)


async def row_seen(act: Act, test_id: str) -> ThirdPartyTest:
    """A test for its parties and those who watch; raises NotFound."""
    row = await one(act.session, ThirdPartyTest, ids.require("tst", test_id))
    AUDIENCE.require(act.actor, test_id, row.tester, row.provider)
    return row


async def test(act: Act, test_id: str) -> TestView:
    """One test; raises NotFound."""
    return await view(act, await row_seen(act, test_id))


async def tests(act: Act, asset_id: str | None, limit: int, cursor: str | None) -> Page[TestView]:
    """The tests that the actor takes part in or watches, newest first."""
    mine = AUDIENCE.among(act.actor, ThirdPartyTest.tester, ThirdPartyTest.provider)
    query = select(ThirdPartyTest).where(mine)
    if asset_id is not None:
        query = query.where(ThirdPartyTest.asset_id == asset_id)
    tests_of_page = await fetch(act.session, query, ThirdPartyTest.id, limit=limit, cursor=cursor, newest_first=True)
    return await tests_of_page.awaiting(lambda row: view(act, row))


async def view(act: Act, row: ThirdPartyTest) -> TestView:
    """A test for the wire, with what the actor can do with it."""
    role = role_of(row, act.actor)
    taken = select(func.count(TestSample.number.distinct())).where(
        TestSample.test_id == row.id, TestSample.round == row.round
    )
    return shown(
        row,
        TestView,
        samples_taken=int(await act.session.scalar(taken) or 0),
        status=str(row.status),
        allowed_actions=sorted(str(a) for a in THIRD_PARTY_TEST.actions(row.status, role)) if role else [],
        signing_text=rules.signing_text(row.id, row.digest) if row.digest else None,
    )


async def sample_rows(session: AsyncSession, row: ThirdPartyTest) -> list[TestSample]:
    """The samples of the present round, in order."""
    query = select(TestSample).where(TestSample.test_id == row.id, TestSample.round == row.round)
    return list(await session.scalars(query.order_by(TestSample.number, TestSample.file)))


async def samples(act: Act, test_id: str) -> list[SampleView]:
    """Every reading of a test; raises NotFound."""
    row = await row_seen(act, test_id)
    return [
        SampleView(s.number, s.file, s.taken_at, s.ok, s.milliseconds, s.read_bytes, s.fault)
        for s in await sample_rows(act.session, row)
    ]


def reading(row: TestSample) -> Reading:
    """A sample in the words of the rules."""
    return Reading(row.number, row.file, row.taken_at, row.ok, row.milliseconds, row.fingerprint, row.whole)


_AT_WORK = (TestState.ACCEPTED, TestState.MEASURING, TestState.MEASURED)
_READS = (*_AT_WORK, TestState.SIGNED)


@source("third-party-test")
async def engaged(session: AsyncSession, asset_id: str) -> Iterable[EngagedParty]:
    """The testers that took on a test of the asset; one that was ended before it was measured gives no standing."""
    took = or_(ThirdPartyTest.status.in_((*_READS, TestState.REVOKED, TestState.EXPIRED)), ThirdPartyTest.round > 0)
    query = (
        select(ThirdPartyTest.tester, ThirdPartyTest.status, ThirdPartyTest.provider == Asset.party_id)
        .join(Asset, Asset.id == ThirdPartyTest.asset_id)
        .where(ThirdPartyTest.asset_id == asset_id, took)
    )
    rows = await session.execute(query.order_by(ThirdPartyTest.id))
    return [
        EngagedParty(tester, mine and status in _AT_WORK, mine and status in _READS) for tester, status, mine in rows
    ]


async def badges(session: AsyncSession, revision_id: str, *, at: datetime) -> list[TestBadge]:
    """The signed results of a revision that are in force at a moment, newest first, good and bad."""
    query = (
        select(ThirdPartyTest, Party.name)
        .join(Party, Party.id == ThirdPartyTest.tester)
        .where(
            ThirdPartyTest.revision_id == revision_id,
            ThirdPartyTest.status == TestState.SIGNED,
            ThirdPartyTest.valid_until > at,
        )
        .order_by(ThirdPartyTest.signed_at.desc())
    )
    return [
        shown(
            row,
            TestBadge,
            tester_name=name,
            conclusion=row.content["conclusion"],
            words=_WORDS[row.content["conclusion"]],
        )
        for row, name in await session.execute(query)
        if row.content is not None and row.signed_at and row.valid_until and row.document_id
    ]
