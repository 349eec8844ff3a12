"""Reading tests."""

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.errors import NotFound
from kernel.identity.models import Party
from kernel.states import Role
from kernel.text import Text
from kernel.views import paging
from kernel.views.paging import CursorOf, Page
from valuation.testing import rules
from valuation.testing.models import TestSample, ThirdPartyTest
from valuation.testing.rules import Reading
from valuation.testing.schemas import SampleView, TestBadge, TestView
from valuation.testing.states import THIRD_PARTY_TEST, TestState

WATCHERS = (Role.REVIEWER, Role.REGULATOR, Role.AUDITOR, Role.OPERATOR)

_WORDS = {
    "passed": Text("第三方检测通过", "Passed a third-party test"),
    "failed": Text("第三方检测未通过", "Failed a third-party test"),
}


def role_of(row: ThirdPartyTest, actor: Actor) -> Role | None:
    """In what role the actor meets a test: its tester, its provider, or one of those who watch."""
    if actor.party is not None and actor.party == row.tester:
        return Role.TESTER
    if actor.party is not None and actor.party == row.provider:
        return Role.PROVIDER
    return next((role for role in WATCHERS if actor.has(role)), None)


async def row_seen(act: Act, test_id: str) -> ThirdPartyTest:
    """A test for its parties and those who watch; raises NotFound."""
    row = await one(act.session, ThirdPartyTest, ids.require("tst", test_id))
    if role_of(row, act.actor) is None:
        raise NotFound(kind="third_party_test", id=test_id)
    return row


async def test(act: Act, test_id: str) -> TestView:
    """One test; raises NotFound."""
    return await view(act, await row_seen(act, test_id))


async def tests(act: Act, asset_id: str | None, limit: int, cursor: str | None) -> Page[TestView]:
    """The tests that the actor takes part in or watches, newest first."""
    query = select(ThirdPartyTest).order_by(ThirdPartyTest.id.desc())
    if not act.actor.has(*WATCHERS):
        query = query.where(or_(ThirdPartyTest.tester == act.actor.party, ThirdPartyTest.provider == act.actor.party))
    if asset_id is not None:
        query = query.where(ThirdPartyTest.asset_id == asset_id)
    if (position := paging.decode(cursor, 1)) is not None:
        query = query.where(ThirdPartyTest.id < position[0])
    rows = await act.session.scalars(query.limit(limit + 1))
    return paging.page([await view(act, row) for row in rows], limit, CursorOf[TestView](("id",)))


async def view(act: Act, row: ThirdPartyTest) -> TestView:
    """A test for the wire, with what the actor can do with it."""
    role = role_of(row, act.actor)
    taken = select(func.count(TestSample.number.distinct())).where(
        TestSample.test_id == row.id, TestSample.round == row.round
    )
    return TestView(
        id=row.id,
        asset_id=row.asset_id,
        revision_id=row.revision_id,
        provider=row.provider,
        tester=row.tester,
        purpose=row.purpose,
        samples=row.samples,
        sample_minutes=row.sample_minutes,
        samples_taken=int(await act.session.scalar(taken) or 0),
        status=str(row.status),
        allowed_actions=sorted(str(a) for a in THIRD_PARTY_TEST.actions(row.status, role)) if role else [],
        quality_run_id=row.quality_run_id,
        content=row.content,
        digest=row.digest,
        signing_text=rules.signing_text(row.id, row.digest) if row.digest else None,
        document_id=row.document_id,
        signed_at=row.signed_at,
        valid_until=row.valid_until,
        reason=row.reason,
        created_at=row.created_at,
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


async def badges(session: AsyncSession, revision_id: str) -> list[TestBadge]:
    """The signed results of a revision that are in force, newest first, good and bad; a sweep ends them in time."""
    query = (
        select(ThirdPartyTest, Party.name)
        .join(Party, Party.id == ThirdPartyTest.tester)
        .where(
            ThirdPartyTest.revision_id == revision_id,
            ThirdPartyTest.status == TestState.SIGNED,
        )
        .order_by(ThirdPartyTest.signed_at.desc())
    )
    return [
        TestBadge(
            id=row.id,
            tester=row.tester,
            tester_name=name,
            conclusion=row.content["conclusion"],
            words=_WORDS[row.content["conclusion"]],
            signed_at=row.signed_at,
            valid_until=row.valid_until,
            document_id=row.document_id,
        )
        for row, name in await session.execute(query)
        if row.content is not None and row.signed_at and row.valid_until and row.document_id
    ]
