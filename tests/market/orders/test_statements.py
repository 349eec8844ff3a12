"""What a hot request may ask of the database: nothing is read twice."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from kernel.runtime import Runtime
from tests.conftest import As
from tests.market.trade import Trade


@contextmanager
def statements(runtime: Runtime) -> Iterator[list[str]]:
    """Every statement that is sent meanwhile."""
    sent: list[str] = []

    def note(*about: object) -> None:
        sent.append(str(about[2]))

    event.listen(runtime.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(runtime.engine.sync_engine, "before_cursor_execute", note)


async def test_a_draft_agreement_reads_each_thing_once(as_: As, runtime: Runtime) -> None:
    trade = await Trade.begin(runtime, as_)
    order = await trade.order()
    await trade.draft(await trade.order())  # Whoever calls is known, so that only the draft itself is counted.
    with statements(runtime) as sent:
        agreement = await trade.draft(order)
    assert agreement["order_id"] == order
    from_party = [each for each in sent if "FROM party" in each]
    assert len(from_party) == 1, from_party
    repeated = {each: count for each, count in Counter(sent).items() if count > 1 and each.startswith("SELECT")}
    assert set(repeated) <= {each for each in sent if "FROM title_remark" in each}, repeated
    assert len(sent) <= 24, "\n".join(sent)
