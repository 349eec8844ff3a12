"""The moment that rules in an auction: the database's, and never before the act's own."""

import time

from kernel.actor import SYSTEM
from kernel.time.clock import SystemClock
from market.auctions import clock


class Held(SystemClock):
    """The machine's clock read by a process that is held up before and after, as on a busy machine."""

    def now(self):
        time.sleep(0.02)
        at = super().now()
        time.sleep(0.02)
        return at


async def test_a_process_that_is_held_up_makes_nothing_look_early(runtime, monkeypatch):
    monkeypatch.setattr(clock, "_MACHINE_CLOCK", Held())
    async with runtime.act(SYSTEM) as act:
        assert await clock.moment(act) >= act.at
