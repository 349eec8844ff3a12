"""Commands on PostgreSQL: the calendar's own work, serials, immutable rows, and races for one content."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from kernel.db import Sessions, constraint_name, unit
from kernel.runtime import Runtime
from kernel.time.clock import FixedClock
from rights.assets import queries as assets
from rights.cases.examination import jobs as examination_jobs
from rights.certificates import commands as certificates
from rights.certificates import jobs, queries, rules
from rights.certificates.errors import SerialExhausted
from rights.certificates.models import Certificate
from rights.terms import Regime
from tests.conftest import As, Client
from tests.refusals import outcomes
from tests.rights import procedure, story

TERMS = rules.POLICY.versions[0].body


@pytest.mark.slow
async def test_silence_is_acceptance_from_its_own_day_on(as_: As, clock: FixedClock, runtime: Runtime) -> None:
    provider, registrar = await as_("provider"), await as_("registrar")
    silent = await story.submitted(provider, b"silent")
    answered = await story.submitted(provider, b"answered")
    await story.accept(registrar, answered)
    clock.move(timedelta(days=3))  # Thursday 26 November, the last day.
    await examination_jobs.silence(runtime)
    assert (await provider.get(f"/v1/registrations/{silent['id']}")).json()["status"] == "submitted"
    clock.move(timedelta(days=5))  # Tuesday 1 December: the sweep comes late.
    await examination_jobs.silence(runtime)
    view = (await provider.get(f"/v1/registrations/{silent['id']}")).json()
    assert (view["status"], view["accepted_on"], view["case_due"]["on"]) == ("accepted", "2026-11-27", "2026-12-11")
    await examination_jobs.silence(runtime)
    assert (await provider.get(f"/v1/registrations/{silent['id']}")).json() == view


async def test_silence_waits_for_a_working_day(as_: As, clock: FixedClock, runtime: Runtime) -> None:
    clock.move(timedelta(days=1))  # Due on Friday 27 November, so silence speaks on Monday.
    case = await story.submitted(await as_("provider"))
    clock.move(timedelta(days=4))  # Saturday.
    await examination_jobs.silence(runtime)
    seen = (await (await as_("provider")).get(f"/v1/registrations/{case['id']}")).json()
    assert (seen["status"], seen["overdue"]) == ("submitted", True)


async def test_certificates_lapse_by_themselves(as_: As, clock: FixedClock, runtime: Runtime) -> None:
    done = await story.certified(as_, clock)
    in_force = clock.now()
    clock.move(datetime(2031, 12, 1, 15, 59, tzinfo=UTC) - clock.now())
    await jobs.expire(runtime)
    async with unit(runtime.sessions) as session:
        assert await queries.certificate_in_force(session, done["asset_id"], in_force - timedelta(seconds=1)) is None
        found = await queries.certificate_in_force(session, done["asset_id"], clock.now())
        assert found is not None
        assert (found.number, found.rights) == (done["certificate_number"], ["HOLD", "USE", "OPERATE"])
        assert await queries.certificate_in_force(session, done["asset_id"], clock.now() + timedelta(minutes=1)) is None
    clock.move(timedelta(minutes=1))
    await jobs.expire(runtime)
    async with unit(runtime.sessions) as session:
        assert (await queries.certificate(session, done["certificate_number"])).status == "expired"


@pytest.mark.slow
async def test_a_lapsed_claim_frees_its_content_without_the_sweep(
    as_: As, client: Client, clock: FixedClock, sessions: Sessions
) -> None:
    await story.certified(as_, clock, b"same")
    async with unit(sessions) as session:
        # The keys of the cast would have lapsed with the certificate.
        await session.execute(text("UPDATE api_key SET expires_at = '2040-01-01'"))
    clock.move(datetime(2031, 12, 2, 2, 0, tzinfo=UTC) - clock.now())
    operator = await as_("operator")
    keys = await operator.post("/v1/api-keys", {"name": "desk", "roles": ["registrar"]})
    registrar = client.with_key(keys.json()["secret"])
    second = await story.noticed(registrar, await story.submitted(await as_("provider", "second"), b"same"))
    story.stand_after(clock, second["notice_until"]["on"])
    await story.certify(registrar, second)
    async with unit(sessions) as session:
        rows = (await session.scalars(select(Certificate).order_by(Certificate.id))).all()
        assert [str(row.status) for row in rows] == ["expired", "in_force"]


async def test_serials_count_within_the_month_and_end_at_9999(sessions: Sessions) -> None:
    november, december = date(2026, 11, 30), date(2026, 12, 1)
    async with unit(sessions) as session:
        numbers = [
            await certificates.next_number(session, day, TERMS, Regime.PROPERTY)
            for day in (november, november, december)
        ]
        assert numbers == ["SJ1512026110001", "SJ1512026110002", "SJ1512026120001"]
        await session.execute(text("UPDATE certificate_serial SET last_serial = 9998 WHERE month = '202611'"))
        assert await certificates.next_number(session, november, TERMS, Regime.PUBLIC) == "GG1512026119999"
    async with sessions() as session:
        with pytest.raises(SerialExhausted) as refusal:
            await certificates.next_number(session, november, TERMS, Regime.PROPERTY)
    assert (refusal.value.rule, refusal.value.facts) == ("LT-RGT-14", {"month": "202611"})


async def test_an_abandoned_certificate_leaves_no_gap(sessions: Sessions) -> None:
    async with sessions() as session:
        await certificates.next_number(session, date(2026, 11, 30), TERMS, Regime.PROPERTY)
    async with unit(sessions) as session:
        assert await certificates.next_number(session, date(2026, 11, 30), TERMS, Regime.PROPERTY) == "SJ1512026110001"


@pytest.mark.slow
async def test_concurrent_serials_are_all_different(sessions: Sessions) -> None:
    async def take() -> str:
        async with unit(sessions) as session:
            return await certificates.next_number(session, date(2026, 11, 30), TERMS, Regime.PROPERTY)

    taken = await asyncio.gather(*(take() for _ in range(20)))
    assert sorted(taken) == [f"SJ151202611{serial:04d}" for serial in range(1, 21)]


@pytest.mark.parametrize("statement", ["UPDATE {0} SET id = id", "DELETE FROM {0}", "TRUNCATE {0} CASCADE"])
@pytest.mark.parametrize("table", ["asset_revision", "registration_evidence"])
async def test_revisions_and_evidence_never_change(as_: As, sessions: Sessions, statement: str, table: str) -> None:
    await story.submitted(await as_("provider"))
    with pytest.raises(DBAPIError, match="append-only"):
        async with unit(sessions) as session:
            await session.execute(text(statement.format(table)))


async def test_revisions_as_higher_packages_read_them(as_: As, sessions: Sessions) -> None:
    provider = await as_("provider")
    of = await story.asset(provider, b"one", b"two")
    file = await story.upload(provider, b"three", "three.csv")
    await provider.post(f"/v1/assets/{of['id']}/revisions", {"files": [file["id"]]})
    async with unit(sessions) as session:
        first = await assets.revision(session, of["latest_revision"]["id"])
        assert [(f.name, f.size_bytes) for f in first.files] == [("part-0.csv", 3), ("part-1.csv", 3)]
        assert all(f.storage_key for f in first.files)
        latest = await assets.latest_revision(session, of["id"])
        assert latest is not None
        assert (latest.number, latest.files[0].sha256) == (2, file["sha256"])


@pytest.mark.slow
async def test_two_parties_race_to_the_notice_of_one_content(as_: As) -> None:
    registrar = await as_("registrar")
    cases = [await story.submitted(await as_("provider", str(number)), b"same") for number in range(4)]
    for case in cases:
        await story.accept(registrar, case)
        await procedure.cleared(registrar, case)
        await story.approve(registrar, case)
    answers = await asyncio.gather(*(registrar.post(f"/v1/registrations/{case['id']}/notice") for case in cases))
    assert outcomes(answers) == {200: 1, (409, "content-already-claimed", "LT-RGT-08"): 3}


async def test_one_revision_is_submitted_once_by_many_requests(as_: As) -> None:
    provider = await as_("provider")
    body = await story.application(provider, await story.asset(provider))
    answers = await asyncio.gather(*(provider.post("/v1/registrations", body) for _ in range(4)))
    assert outcomes(answers) == {201: 1, (409, "already-registered", "LT-RGT-09"): 3}


@pytest.mark.slow
async def test_a_certificate_is_issued_once_by_many_requests(as_: As, clock: FixedClock) -> None:
    registrar = await as_("registrar")
    case = await story.noticed(registrar, await story.submitted(await as_("provider")))
    story.stand_after(clock, case["notice_until"]["on"])
    path = f"/v1/registrations/{case['id']}/certificate"
    answers = await asyncio.gather(*(registrar.post(path) for _ in range(4)))
    assert outcomes(answers) == {201: 1, (409, "illegal-transition", "LT-GEN-02"): 3}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE registration SET status = 'noticed'", "uq_registration_content_in_notice"),
        ("UPDATE registration SET revision_id = (SELECT min(revision_id) FROM registration)",
         "uq_registration_revision_under_way"),
    ],
)  # fmt: skip
async def test_the_database_itself_keeps_one_claim(
    as_: As, sessions: Sessions, statement: str, constraint: str
) -> None:
    """Whatever a future command forgets, the unique indexes do not."""
    for name in ("one", "two"):
        await story.submitted(await as_("provider", name), b"same")
    with pytest.raises(DBAPIError) as refusal:
        async with unit(sessions) as session:
            await session.execute(text(statement))
    assert constraint_name(refusal.value) == constraint


@pytest.mark.slow
async def test_one_certificate_in_force_for_a_content(as_: As, clock: FixedClock, sessions: Sessions) -> None:
    await story.certified(as_, clock, b"one")
    await story.certified(as_, clock, b"two", provider="second")
    with pytest.raises(DBAPIError) as refusal:
        async with unit(sessions) as session:
            await session.execute(text("UPDATE certificate SET content_sha256 = 'sha256:' || repeat('a', 64)"))
    assert constraint_name(refusal.value) == "uq_certificate_content_in_force"
