"""The public register: how fast it grows while it is sequenced, how soon a proof is there, its size and its check."""

import asyncio
import time
from collections.abc import Sequence

from sqlalchemy import func, select

from bench import report
from centre.demo.run import Stage
from kernel import db
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.crypto.issuer import Issuer
from kernel.crypto.signing import Ed25519Signer
from kernel.log import queries
from kernel.log.models import LogEntry
from kernel.log.record import leaf, record
from kernel.log.tree_models import LogCheckpoint
from kernel.time.clock import SystemClock
from kernel.tlog import merkle, tiles
from kernel.tlog.keys import LogKeys
from kernel.tlog.note import Checkpoint
from kernel.tlog.proof import Proof, verify_entry

SECONDS = 20.0
WRITERS = 8
ENTRIES_OF_A_CHANGE = 10
RATE_MIN = 2_000
PROOF_SECONDS_MAX = 2.0
ENTRIES = 1_000_000
PROOF_BYTES_MAX = 1_024
CHECK_MS_MAX = 1.0
REPEATS = 21
_ISSUER = Issuer("did:web:bench", "http://bench", Ed25519Signer(bytes(32)))


async def appending(set_up: Stage) -> None:
    """Changes of ten entries each are committed by several writers while the worker's own process sequences them."""
    engine = db.make_engine(db.url_of(set_up.api.environment["LIUTONG_DATABASE_URL"]), pool_size=WRITERS + 4)
    sessions = db.make_sessions(engine)
    try:
        async with sessions() as session:
            before = await queries.indexed(session)
        began = time.perf_counter()
        samples: list[str] = []
        worked = time.process_time()
        written = await asyncio.gather(*(_write(sessions, began + SECONDS, samples) for _ in range(WRITERS)))
        worked = time.process_time() - worked
        waits = asyncio.create_task(_wait_for(sessions, samples[-1]))
        wrote_for = time.perf_counter() - began
        behind = await waits
        took = time.perf_counter() - began
        async with sessions() as session:
            sequenced = await queries.indexed(session) - before
        delays = await _delays(sessions, samples)
    finally:
        await engine.dispose()
    total = sum(written)
    rate = total / took
    print(f"\nregister: {total:,} entries by {WRITERS} writers in {wrote_for:.1f} s, all sequenced after {took:.1f} s")
    print(
        f"  appended {total / wrote_for:,.0f}/s; appended, sequenced and provable {rate:,.0f}/s ({sequenced:,} indexes)"
    )
    print(f"  the writers' processor time, which waits for nobody: {worked / total * 1e6:,.0f} µs an entry")
    _verdict(f"aim ≥ {RATE_MIN:,}/s", rate / RATE_MIN, rate >= RATE_MIN)
    p50, p99 = report.quantile(delays, 0.5), report.quantile(delays, 0.99)
    print(f"  from commit to proof: p50 {p50:.2f} s, p99 {p99:.2f} s; the last one {behind:.2f} s")
    _verdict(f"aim ≤ {PROOF_SECONDS_MAX:g} s", p99 / PROOF_SECONDS_MAX, p99 <= PROOF_SECONDS_MAX)


async def _write(sessions: db.Sessions, until: float, samples: list[str]) -> int:
    """Commit changes until the time is over; one entry of each is remembered."""
    clock, count = SystemClock(), 0
    while time.perf_counter() < until:
        async with db.unit(sessions) as session:
            rows = [
                record(
                    Act(session, SYSTEM, clock.now(), _ISSUER),
                    "bench.entry.added",
                    f"bench_{count}",
                    facts={"place": place},
                )
                for place in range(ENTRIES_OF_A_CHANGE)
            ]
        samples.append(rows[-1].id)
        count += ENTRIES_OF_A_CHANGE
    return count


async def _wait_for(sessions: db.Sessions, entry_id: str) -> float:
    """Seconds until an entry can be proved."""
    began = time.perf_counter()
    while True:
        async with sessions() as session:
            if await queries.inclusion_proof(session, entry_id) is not None:
                return time.perf_counter() - began
        await asyncio.sleep(0.02)


async def _delays(sessions: db.Sessions, samples: Sequence[str]) -> list[float]:
    """For entries spread over the run: the moment of the first head that covers them, less their own moment."""
    chosen = samples[:: max(1, len(samples) // 400)]
    head = select(func.min(LogCheckpoint.at)).where(LogCheckpoint.size > LogEntry.log_index).scalar_subquery()
    async with sessions() as session:
        found = await session.execute(select(LogEntry.at, head).where(LogEntry.id.in_(chosen)))
        return [(seen - made).total_seconds() for made, seen in found]


def proofs() -> None:
    """Proofs in a log of a million entries, by the same code that serves and checks them."""
    keys = LogKeys("registry.example.cn/log", (Ed25519Signer(bytes(range(32))),))
    held: dict[tiles.TileId, bytes] = {}
    sample: dict[int, bytes] = {}
    at = SystemClock().now()
    began = time.perf_counter()
    for start in range(0, ENTRIES, 10_000):
        payloads = [b"%d" % place for place in range(start, start + 10_000)]
        payloads[77] = leaf("rights.certificate.issued", f"crt_{start}", at=at, facts={}).payload
        sample[start + 77] = payloads[77]
        edge = {tile: held[tile] for tile in tiles.edge(start)}
        for tile in tiles.append(start, edge, [merkle.leaf_hash(each) for each in payloads]):
            held[tile.id] = tile.hashes
    hash_at = tiles.TileReader(held).hash_at
    note = keys.sign(Checkpoint(keys.origin, ENTRIES, merkle.root(ENTRIES, hash_at)))
    print(f"\nproofs: a log of {ENTRIES:,} entries built in {time.perf_counter() - began:.1f} s")
    made = {
        index: str(Proof(index, tuple(merkle.hashes(merkle.inclusion_ranges(index, ENTRIES), hash_at)), note))
        for index in sample
    }
    bare = max(len(text.partition("\n\n")[0]) for text in made.values())
    whole = max(len(text.encode()) for text in made.values())
    # Each proof by the median of its repeats: what else the machine does at the time is not the proof's cost.
    times = [report.quantile(_repeats(sample[index], text, keys), 0.5) for index, text in made.items()]
    p50, p99 = report.quantile(times, 0.5), report.quantile(times, 0.99)
    print(f"  inclusion proof {bare} bytes as text, {whole} bytes with the signed checkpoint in it")
    _verdict(f"aim < {PROOF_BYTES_MAX} bytes", bare / PROOF_BYTES_MAX, bare < PROOF_BYTES_MAX)
    print(f"  checked with its checkpoint's signature, {len(times)} proofs: p50 {p50:.3f} ms, p99 {p99:.3f} ms")
    _verdict(f"aim < {CHECK_MS_MAX:g} ms", p99 / CHECK_MS_MAX, p99 < CHECK_MS_MAX)


def _repeats(entry: bytes, text: str, keys: LogKeys) -> list[float]:
    """Milliseconds of each of several checks of one proof."""
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        verify_entry(entry, text, keys.trusted)
        times.append((time.perf_counter() - began) * 1000)
    return times


def _verdict(aim: str, ratio: float, reached: bool) -> None:
    print(f"  ratio to the limit {ratio:.3f}; {aim}: {'reached' if reached else 'NOT reached'}")


async def run(set_up: Stage) -> None:
    """Both."""
    await appending(set_up)
    await asyncio.to_thread(proofs)
