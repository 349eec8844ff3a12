"""Random walks of negotiation, with the unit killed between any two statements: no state without owner, one agreement.

Each step is what a side, or the clock, might do next, allowed or not. Some steps are killed before one of their
statements; then nothing of them may be left. After every step the whole database is looked at.
"""

import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import event

from contracts.terms.document import Terms
from kernel.act import Act
from kernel.actor import Actor
from kernel.errors import DomainError
from kernel.states import Role
from market.messages.schemas import PostMessage
from market.negotiation import commands, jobs, messages
from market.negotiation.schemas import (
    AcceptNegotiation,
    CounterNegotiation,
    EndNegotiation,
    ProposeNegotiation,
    RequestNegotiation,
    TakeOffer,
)
from market.offers import commands as offers
from market.offers.schemas import PublishOffer, WithdrawOffer
from rights.grants.box import Exclusivity
from tests.conftest import Client
from tests.market.negotiation.story import between, listed
from tests.market.trade import Trade

STATEMENTS_MAX = 45
TABLES = (
    "offer",
    "negotiation",
    "negotiation_round",
    "message",
    "order",
    "agreement",
    "log_entry",
    "pgqueuer",
)
PERMITTED = frozenset({"market:order:place"})


class Killed(Exception):
    """The unit ends here."""


@contextmanager
def killed_before(engine: Any, statement: int | None) -> Iterator[None]:
    """Let the next unit of work die before one of its statements."""
    left = [statement]

    def count(*_: Any) -> None:
        if left[0] is not None:
            left[0] -= 1
            if left[0] < 0:
                raise Killed

    event.listen(engine.sync_engine, "before_cursor_execute", count)
    try:
        yield
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", count)


@dataclass
class Walker:
    """One provider, two buyers, and what is being negotiated."""

    trade: Trade
    buyers: list[Client]
    public: Terms
    draw: random.Random
    negotiations: list[str] = field(default_factory=list)
    offers: list[str] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)

    async def terms(self, buyer: Client) -> Terms:
        amount = f"{self.draw.randint(1, 9)}000.00"
        return await between(self.trade, amount, buyer=str(buyer.party))

    async def step(self) -> None:
        """Do one thing, perhaps killed on the way, and look at everything."""
        runtime, kill = self.trade.runtime, None
        if self.draw.random() < 0.4:
            kill = self.draw.randint(0, STATEMENTS_MAX)
        before = await self.everything() if kill is not None else None
        name, who, work = await self.choose()
        made: Any = None
        try:
            with killed_before(runtime.engine, kill):
                async with runtime.act(self.actor(who)) as act:
                    made = await work(act)
        except Killed:
            self.seen["killed"] += 1
            assert await self.everything() == before, name
        except DomainError as problem:
            self.seen[problem.code()] += 1
        else:
            self.seen[name] += 1
            known = self.offers if name == "publish" else self.negotiations
            if made is not None and made.id not in known and name != "write" and name != "withdraw offer":
                known.append(made.id)
        await self.hold()

    def actor(self, who: Client) -> Actor:
        roles = frozenset({Role.PROVIDER, Role.BUYER})
        return Actor(who.party, "key_of_the_walk", roles, PERMITTED, admitted=True)

    async def choose(self) -> tuple[str, Client, Callable[[Act], Awaitable[Any]]]:
        """What to do next, by whom; half of it is what would make sense."""
        buyer, provider = self.draw.choice(self.buyers), self.trade.provider
        at = self.trade.runtime.clock.now()
        end = at + timedelta(days=self.draw.choice([1, 2, 5]))
        rows = await self.trade.runtime.pool.fetch("SELECT id FROM negotiation WHERE owner IS NOT NULL ORDER BY id")
        waiting = [row["id"] for row in rows if row["id"] in self.negotiations]
        opening = not self.negotiations or self.draw.random() < (0.25 if waiting else 0.85)
        if opening:
            terms = await self.terms(buyer)
            exclusive = msgspec.structs.replace(
                self.public, policy=msgspec.structs.replace(self.public.policy, exclusivity=Exclusivity.EXCLUSIVE)
            )
            choices: list[tuple[str, Client, Callable[[Act], Awaitable[Any]]]] = [
                ("request", buyer, lambda act: commands.request(act, RequestNegotiation(terms=terms, expires_at=end))),
                ("propose", provider, lambda act: commands.propose(act, ProposeNegotiation(terms=terms))),
                (
                    "publish",
                    provider,
                    lambda act: offers.publish(
                        act, self.trade.listing_id, PublishOffer("独占", "Exclusive", end, exclusive)
                    ),
                ),
            ]
            if self.offers:
                offer = self.draw.choice(self.offers)
                taking, asking = TakeOffer("risk-control"), RequestNegotiation(offer, "risk-control")
                choices += [
                    ("take", buyer, lambda act: commands.take(act, offer, taking)),
                    ("ask for an offer", buyer, lambda act: commands.request(act, asking)),
                    ("withdraw offer", provider, lambda act: offers.withdraw_offer(act, offer, WithdrawOffer("x"))),
                ]
            return self.draw.choice(choices)
        return await self.answer(waiting)

    async def answer(self, waiting: list[str]) -> tuple[str, Client, Callable[[Act], Awaitable[Any]]]:
        """What to do with a negotiation that there is; mostly what whoever owes an answer might do."""
        provider, at = self.trade.provider, self.trade.runtime.clock.now()
        end = at + timedelta(days=self.draw.choice([1, 2, 5]))
        known = waiting if waiting and self.draw.random() < 0.9 else self.negotiations
        name = self.draw.choice(known[-2:])
        row = await self.trade.runtime.pool.fetchrow(
            "SELECT n.*, r.terms_digest AS last FROM negotiation n JOIN negotiation_round r"
            " ON r.negotiation_id = n.id AND r.n = n.last_round WHERE n.id = $1",
            name,
        )
        consumer = next(each for each in self.buyers if each.party == row["consumer"])
        sensible = self.draw.random() < 0.7
        who = self.draw.choice([consumer, provider])
        if sensible and row["owner"] is not None:
            who = consumer if row["owner"] == consumer.party else provider
        terms = await self.terms(consumer)
        last = row["last"] if self.draw.random() < 0.9 else "sha256:" + "0" * 64
        choices: list[tuple[str, Client, Callable[[Act], Awaitable[Any]]]] = [
            ("counter", who, lambda act: commands.counter(act, name, CounterNegotiation(terms, end))),
            ("accept", who, lambda act: commands.accept(act, name, AcceptNegotiation(last))),
            ("accept", who, lambda act: commands.accept(act, name, AcceptNegotiation(last))),
            ("counter", who, lambda act: commands.counter(act, name, CounterNegotiation(terms))),
            ("reject", who, lambda act: commands.reject(act, name, EndNegotiation("x"))),
            ("withdraw", who, lambda act: commands.withdraw(act, name, EndNegotiation("x"))),
            ("write", who, lambda act: messages.post(act, name, PostMessage("x"))),
        ]
        return self.draw.choice(choices[:5] if sensible else choices)

    async def everything(self) -> dict[str, list[str]]:
        """Every row that a step may touch."""
        pool = self.trade.runtime.pool
        return {
            table: sorted(row[0] for row in await pool.fetch(f'SELECT row_to_json(t)::text FROM "{table}" t'))
            for table in TABLES
        }

    async def hold(self) -> None:
        """What must be so after every step."""
        for name, query in LAWS.items():
            assert await self.trade.runtime.pool.fetch(query) == [], name

    async def finish(self) -> None:
        """Let time pass: whatever is open then ends by itself."""
        runtime: Any = self.trade.runtime
        runtime.clock.move(timedelta(days=20))
        while await runtime.pool.fetchval("SELECT count(*) FROM negotiation WHERE due_at <= $1", runtime.clock.now()):
            await jobs.expire(runtime)
        await jobs.expire_offers(runtime)
        assert await runtime.pool.fetchval("SELECT count(*) FROM negotiation WHERE owner IS NOT NULL") == 0
        self.negotiations.clear()
        self.offers.clear()
        await self.hold()


LAWS = {
    "an open one has owner, clock and what follows, and no other has": """
        SELECT id FROM negotiation WHERE (status IN ('requested', 'offered'))
        <> (owner IS NOT NULL AND due_at IS NOT NULL AND on_due IS NOT NULL)""",
    "it is the move of who did not speak last": """
        SELECT n.id FROM negotiation n JOIN negotiation_round r ON r.negotiation_id = n.id AND r.n = n.last_round
        WHERE n.owner = r.by""",
    "rounds are numbered without a gap and alternate": """
        SELECT n.id FROM negotiation n LEFT JOIN negotiation_round r ON r.negotiation_id = n.id GROUP BY n.id
        HAVING count(*) <> n.last_round OR min(r.n) <> 1 OR max(r.n) <> n.last_round""",
    "an accepted one has one order with one agreement, and no other has any": """
        SELECT n.id FROM negotiation n LEFT JOIN "order" o ON o.negotiation_id = n.id
        LEFT JOIN agreement a ON a.order_id = o.id GROUP BY n.id
        HAVING count(a.id) <> (n.status = 'accepted')::int OR count(o.id) <> (n.status = 'accepted')::int
        OR count(*) FILTER (WHERE o.id = n.order_id AND a.id = o.agreement_id) <> (n.status = 'accepted')::int""",
    "every order is of an accepted negotiation": """
        SELECT o.id FROM "order" o LEFT JOIN negotiation n ON n.order_id = o.id
        WHERE n.status IS DISTINCT FROM 'accepted'""",
    "what was accepted is the last round": """
        SELECT n.id FROM negotiation n JOIN negotiation_round r ON r.negotiation_id = n.id AND r.n = n.last_round
        WHERE n.terms_digest <> r.terms_digest""",
    "no seat is given twice": """
        SELECT f.id FROM offer f LEFT JOIN negotiation n ON n.offer_id = f.id AND n.status = 'accepted'
        GROUP BY f.id HAVING f.seats IS NOT NULL AND f.taken <> count(n.id)""",
    "every state stands in the log": """
        SELECT n.id FROM negotiation n WHERE NOT EXISTS (
            SELECT FROM log_entry e WHERE e.subject = n.id AND e.kind = 'market.negotiation.' || n.status)""",
}


async def walked(runtime: Any, as_: Any, walks: int, seed: int, wanted: Set[str] = frozenset()) -> Counter[str]:
    """What was done in so many walks, or up to twice as many until everything wanted was."""
    trade = await Trade.begin(runtime, as_)
    buyers = [trade.buyer, await as_("buyer", "second")]
    walker = Walker(trade, buyers, await listed(runtime, trade.listing_id), random.Random(seed))
    for walk in range(2 * walks):
        if walk >= walks and walker.seen.keys() >= wanted:
            break
        for _ in range(walker.draw.randint(2, 6)):
            await walker.step()
        if walker.draw.random() < 0.05:
            await walker.finish()
    await walker.finish()
    return walker.seen


DONE = {"request", "propose", "publish", "take", "counter", "accept", "reject", "withdraw", "killed"}


@pytest.mark.slow
async def test_a_few_random_walks(runtime, as_):
    wanted = {"request", "propose", "accept", "killed"}
    seen = await walked(runtime, as_, 8, 7, wanted)
    assert set(seen) >= wanted, seen


@pytest.mark.slow
async def test_random_walks(runtime, as_):
    seen = await walked(runtime, as_, 60, 7, DONE)
    assert set(seen) >= DONE, seen
    assert seen["accept"] + seen["take"] >= 10, seen
    assert seen["killed"] >= 20, seen


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
async def test_a_thousand_random_walks(runtime, as_, seed):
    seen = await walked(runtime, as_, 100, 100 + seed, DONE)
    assert set(seen) >= DONE, seen
