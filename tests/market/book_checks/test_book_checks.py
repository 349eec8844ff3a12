"""A check of the books asked for over HTTP: its figures are those of the command line, and it can be called off."""

import json

import pytest

from kernel.db import unit
from market.book_checks import commands
from market.book_checks.jobs import due
from market.reconciliation import as_json, check
from tests.market.payments.test_ledger_check import paid, tampered
from tests.refusals import not_there, refused

PATH = "/v1/ledger/checks"


@pytest.mark.slow
async def test_a_check_tells_its_progress_and_the_figures_of_the_command_line(as_, place, runtime, drain):
    await paid(as_, place)
    await tampered(runtime, "UPDATE posting SET amount_minor = amount_minor - 1")
    auditor, buyer = await as_("auditor"), await as_("buyer")
    refused(await buyer.post(PATH), 403, "forbidden")
    asked = await auditor.post(PATH)
    assert (asked.status_code, asked.json()["status"], asked.json()["steps_done"]) == (201, "waiting", 0), asked.text
    clearing = await as_("clearing")
    twice = refused(await clearing.post(PATH), 409, "book-check-running", "LT-CHK-01")
    assert twice["check"] == asked.json()["id"]
    await drain()
    done = (await clearing.get(f"{PATH}/{asked.json()['id']}")).json()
    assert (done["status"], done["steps_done"], done["steps"]) == ("done", 9, 9)
    async with unit(runtime.sessions) as session:
        report = await check(session)
    assert done["report"] == json.loads(as_json(report))
    assert done["fault_count"] == len(report.faults) > 0
    assert done["report"]["holds"] is False
    assert [one["id"] for one in (await clearing.get(PATH)).json()["items"]] == [asked.json()["id"]]
    refused(await clearing.post(f"{PATH}/{done['id']}/cancellation"), 409, "illegal-transition", "LT-GEN-02")


@pytest.mark.slow
async def test_a_check_is_called_off_and_what_a_dead_worker_left_is_taken_up_again(as_, place, runtime, drain, clock):
    await paid(as_, place)
    auditor = await as_("auditor")
    first = (await auditor.post(PATH)).json()["id"]
    gone = await auditor.post(f"{PATH}/{first}/cancellation")
    assert (gone.status_code, gone.json()["status"]) == (200, "cancelled")
    await drain()
    assert (await auditor.get(f"{PATH}/{first}")).json()["report"] is None
    # One that was cancelled while it ran ends at its next step and keeps nothing.
    second = (await auditor.post(PATH)).json()["id"]
    assert await commands._begun(runtime, second)
    assert (await auditor.get(f"{PATH}/{second}")).json()["status"] == "running"
    # The worker has died: after a while another takes it up, at most three times in all.
    clock.move(commands.PATIENCE)
    await due(runtime)
    await drain()
    assert (await auditor.get(f"{PATH}/{second}")).json()["status"] == "done"
    third = (await auditor.post(PATH)).json()["id"]
    for _ in range(commands.ATTEMPTS_MAX):
        assert await commands._begun(runtime, third)
    await drain()
    assert (await auditor.get(f"{PATH}/{third}")).json()["status"] == "failed"
    not_there(await auditor.get(f"{PATH}/bkc_{'0' * 26}"))
