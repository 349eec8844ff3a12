"""How long the chain of title takes to check: chains of depth 8, the longest that a title may have."""

import random
import time
from datetime import date
from typing import Any

import msgspec

from rights.grants import rules
from rights.grants.box import Exclusivity, Grant
from rights.grants.vocabulary import words
from rights.terms import Right

DEPTH = 8
CHECKS = 20_000
LIMIT_MS = 1.0


def chain(rng: random.Random) -> list[Grant]:
    """A chain that holds, each link narrower than the one before, with words nobody has asked about before."""
    known = words("2026-11")
    actions = known.actions_of(list(Right))
    wide = Grant(
        vocabulary=known.version,
        rights=known.rights_of(actions),
        actions=actions,
        purposes=("any",),
        territory=("world",),
        starts=date(2026, 1, 1),
        ends=date(2036, 1, 1),
        recipients=("anyone",),
        environments=("any",),
        depth=DEPTH,
        exclusivity=Exclusivity.EXCLUSIVE,
        rows_max=10**9,
        calls_max=None,
    )
    links = [wide]
    provinces = rng.sample(sorted(known.provinces), 20)
    leaves = list(known.purposes.leaves)
    parties = [f"party:pty_0{rng.randrange(10**12):025d}" for _ in range(32)]
    for level in range(1, DEPTH):
        purposes = sorted(rng.sample(leaves, len(leaves) - 2)) if level > 1 else ["any"]
        leaves = purposes if level > 1 else leaves
        cut = max(4, 20 - 2 * level)
        links.append(
            msgspec.structs.replace(
                links[-1],
                purposes=tuple(purposes),
                territory=tuple(sorted(f"CN-{code}" for code in provinces[:cut])),
                recipients=tuple(sorted(parties[: 32 - level])) if level > 1 else ("anyone",),
                depth=DEPTH - level,
                rows_max=10**9 - level,
            )
        )
    return links


def run() -> list[dict[str, Any]]:
    """Check the last wish against its whole chain; each chain is new, so that nothing is remembered from before."""
    rng = random.Random(20261101)
    taken: list[int] = []
    cpu: list[int] = []
    for _ in range(CHECKS // 10):
        links = chain(rng)
        county = links[-1].territory[0] + "01"
        wanted = msgspec.structs.replace(links[-1], depth=0, territory=(county,), recipients=links[-1].recipients[:1])
        beyond = msgspec.structs.replace(wanted, territory=("HK",))
        for ask in (wanted, beyond) * 5:
            spent, started = time.thread_time_ns(), time.perf_counter_ns()
            breach = rules.chain_violations(links, ask, onward=True)
            taken.append(time.perf_counter_ns() - started)
            cpu.append(time.thread_time_ns() - spent)
            if (breach is None) != (ask is wanted) or (breach and breach.edge != DEPTH):
                raise AssertionError("the chain was not judged as it should be")
    clock, worked = sorted(taken), sorted(cpu)
    p99, p99_cpu = clock[len(clock) * 99 // 100] / 1e6, worked[len(worked) * 99 // 100] / 1e6
    return [
        {
            "what": f"grant check on a chain of depth {DEPTH}",
            "checks": len(clock),
            "p50_ms": clock[len(clock) // 2] / 1e6,
            "p99_ms": p99,
            "p99_cpu_ms": p99_cpu,
            "limit_ms": LIMIT_MS,
            "ratio_to_limit": p99 / LIMIT_MS,
            "ratio_to_limit_cpu": p99_cpu / LIMIT_MS,
            # What else the machine does between two ticks is not the check's cost; both figures are told.
            "met": p99_cpu < LIMIT_MS,
        }
    ]
