"""Loading one row: what a unit has is given again, what another has committed is seen under the lock."""

import pytest
from sqlalchemy import event, text

from kernel import ids
from kernel.db import Sessions, held, locked, one, several, unit
from kernel.errors import NotFound
from kernel.identity.models import Party
from kernel.runtime import Runtime
from tests.conftest import As

_RENAME = text("UPDATE party SET name = :name WHERE id = :id")


async def test_one_gives_what_the_unit_has_already(as_: As, sessions: Sessions) -> None:
    party = (await as_("provider")).party
    assert party is not None
    async with unit(sessions) as session:
        row = await one(session, Party, party)
        row.name = "改动未写入"
        assert await one(session, Party, party) is row
        assert (row.name, held(session, row)) == ("改动未写入", False)


async def test_locked_sees_what_was_committed_since(as_: As, sessions: Sessions) -> None:
    party = (await as_("provider")).party
    assert party is not None
    async with unit(sessions) as session:
        seen = await one(session, Party, party)
        async with unit(sessions) as other:
            await other.execute(_RENAME, {"name": "另一名称", "id": party})
        row = await locked(session, Party, party)
        assert row is seen
        assert (row.name, held(session, row)) == ("另一名称", True)


@pytest.mark.parametrize("load", [one, locked])
async def test_what_is_not_there_is_not_found(sessions: Sessions, load: object) -> None:
    async with unit(sessions) as session:
        with pytest.raises(NotFound):
            await load(session, Party, ids.new("pty"))  # type: ignore[operator]


async def test_no_constraint_waits_for_the_commit(runtime: Runtime) -> None:
    """A unit asks nothing before its commit, so every constraint has to speak at its own statement."""
    waiting = (
        "SELECT conname FROM pg_constraint WHERE condeferrable UNION SELECT tgname FROM pg_trigger WHERE tgdeferrable"
    )
    assert await runtime.pool.fetch(waiting) == []


async def test_several_asks_only_for_what_the_unit_has_not(as_: As, sessions: Sessions, runtime: Runtime) -> None:
    first, second = (await as_("provider")).party, (await as_("buyer")).party
    assert first is not None
    assert second is not None
    asked: list[str] = []

    def note(*statement: object) -> None:
        asked.append(str(statement[2]))

    async with unit(sessions) as session:
        kept = await one(session, Party, first)
        event.listen(runtime.engine.sync_engine, "before_cursor_execute", note)
        try:
            rows = await several(session, Party, [second, ids.new("pty"), first, second])
            again = await several(session, Party, [first, second])
        finally:
            event.remove(runtime.engine.sync_engine, "before_cursor_execute", note)
        assert (list(rows), rows[first]) == ([second, first], kept)
        assert [row.id for row in again.values()] == [first, second]
    assert len(asked) == 1
