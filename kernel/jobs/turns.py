"""Who may use one of a few places next: those who have waited and used least, not those who asked most."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """A few places, given to parties in turn; within a party, first come, first served.

    A party holds at most `each` places at once, so what one of them has under way never keeps all others waiting.
    Work that has taken long may `step_aside`: it goes on without its place, at most `aside` of them at once.
    """

    def __init__(self, places: int, *, each: int | None = None, aside: int = 0) -> None:
        self.places, self.each = places, each if each is not None else places
        self.aside_free = aside
        self.aside: Counter[str] = Counter()
        self._held: Counter[str] = Counter()
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    @property
    def waiting(self) -> int:
        """How many wait."""
        return sum(len(queue) for queue in self._waiting.values())

    def waiting_of(self, party: str) -> int:
        """How many of one party wait."""
        return len(self._waiting.get(party, ()))

    @asynccontextmanager
    async def one(self, party: str) -> AsyncIterator["Place"]:
        """Hold a place for a party inside the block."""
        await self._take(party)
        place = Place(self, party)
        try:
            yield place
        finally:
            place.leave()

    async def _take(self, party: str) -> None:
        queue = self._waiting.setdefault(party, deque())
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue.append(turn)
        self._serve()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.release(party)
            elif turn in queue:
                queue.remove(turn)
            raise

    def _serve(self) -> None:
        """Give what is free; the parties stand in a ring, and who is served goes to its end."""
        while self._held.total() < self.places:
            served = next((p for p, queue in self._waiting.items() if queue and self._may(p)), None)
            if served is None:
                break
            queue = self._waiting.pop(served)
            turn = queue.popleft()
            if queue:
                self._waiting[served] = queue
            if not turn.cancelled():
                self._held[served] += 1
                turn.set_result(None)
        for party in [p for p, queue in self._waiting.items() if not queue]:
            del self._waiting[party]

    def _may(self, party: str) -> bool:
        return self._held[party] + self.aside[party] < self.each

    def release(self, party: str) -> None:
        """Give a party's place to whoever is next."""
        self._held -= Counter([party])
        self._serve()

    def make_room(self, party: str) -> bool:
        """Let a party's work go on beside, if there is room."""
        if self.aside_free <= 0:
            return False
        self.aside_free -= 1
        self.aside[party] += 1
        self.release(party)
        return True

    def end_aside(self, party: str) -> None:
        """The party's work beside has ended."""
        self.aside_free += 1
        self.aside -= Counter([party])
        self._serve()


class Place:
    """A place that is held; leaving it twice is leaving it once."""

    def __init__(self, turns: Turns, party: str) -> None:
        self._turns, self._party = turns, party
        self._inside, self._aside = True, False

    def step_aside(self) -> bool:
        """Go on without the place, if there is room beside; it still counts among what the party has under way."""
        if self._inside and self._turns.make_room(self._party):
            self._inside, self._aside = False, True
        return self._aside

    def leave(self) -> None:
        """Give back whatever is held."""
        if self._aside:
            self._turns.end_aside(self._party)
        if self._inside:
            self._turns.release(self._party)
        self._inside = self._aside = False
