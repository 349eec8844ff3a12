"""Two steps in one unit, and changes before a step: none may be lost."""

from kernel import ids, lifecycle
from kernel.db import one, unit
from kernel.runtime import Runtime
from kernel.states import Role
from market.payments.models import InboxEvent
from market.payments.states import INBOX, InboxAction, InboxState
from tests.conftest import NOW


async def test_steps_and_changes_of_one_unit_are_all_kept(runtime: Runtime) -> None:
    row = InboxEvent(id=ids.new("evt"), source="test", external_id="e1", kind="k", body={}, received_at=NOW, attempts=0)
    async with runtime.act() as act:
        await lifecycle.begin(act, row, INBOX)
        row.last_error = "kept"
        await lifecycle.advance(act, row, INBOX, InboxAction.BURY, Role.SYSTEM)
        await lifecycle.advance(act, row, INBOX, InboxAction.REVIVE, Role.OPERATOR)
    async with unit(runtime.sessions) as session:
        found = await one(session, InboxEvent, row.id)
    assert (found.status, found.version, found.last_error) == (InboxState.RECEIVED, 3, "kept")
