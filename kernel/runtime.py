"""Everything a running process holds: opened once, handed to routes, jobs and commands, closed in order."""

import math
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel import db
from kernel.act import Act
from kernel.actor import SYSTEM, Actor
from kernel.crypto import seal as seals
from kernel.crypto import signing
from kernel.crypto.issuer import Issuer
from kernel.crypto.seal import Seal
from kernel.settings import Settings, words
from kernel.storage.store import Storage
from kernel.time.clock import Clock, SandboxClock
from kernel.tlog.keys import LogKeys, Witness
from kernel.tlog.note import VerifierKey


@dataclass(slots=True)
class Runtime:
    """One process's settings, connections, clock, keys and workers."""

    settings: Settings
    engine: AsyncEngine
    sessions: db.Sessions
    pool: asyncpg.Pool
    clock: Clock
    issuer: Issuer
    log_signer: signing.Signer
    storage: Storage
    log_overlap: signing.Signer | None = None
    sealing: Seal | None = None
    ticked: float = -math.inf
    extras: dict[str, Any] = field(default_factory=dict)

    @property
    def log_keys(self) -> LogKeys:
        """The log's keys: the present one, an earlier one that still signs beside it, and those that sign no more."""
        overlap = (self.log_overlap,) if self.log_overlap is not None else ()
        retired = tuple(VerifierKey.parse(word) for word in words(self.settings.log_keys_earlier))
        named = tuple(Witness.parse(word) for word in words(self.settings.witnesses))
        witnesses = tuple(witness.key for witness in named)
        told = tuple(witness for witness in named if witness.url is not None)
        return LogKeys(self.settings.log_origin, (self.log_signer, *overlap), retired, witnesses, told)

    def seal(self) -> Seal:
        """The seal of printed documents; the sandbox makes its own when it is first needed."""
        if self.sealing is None:
            path = self.settings.seal_file
            if path is not None and not self.settings.sandbox:
                self.sealing = seals.load(path)
            elif self.settings.sandbox:
                made = path or self.settings.data_dir / "keys" / "seal.pem"
                self.sealing = seals.load_or_create(made, self.settings.did)
            else:
                raise ValueError("production needs LIUTONG_SEAL_FILE; see: liutong doctor")
        return self.sealing

    @asynccontextmanager
    async def act(self, actor: Actor = SYSTEM) -> AsyncIterator[Act]:
        """Open a unit of work for what somebody, or the centre itself, does now; it commits at the block's end."""
        async with db.unit(self.sessions) as session:
            yield Act(session, actor, self.clock.now(), self.issuer)

    async def tick(self, *, within_seconds: float = 0.0) -> None:
        """Follow the sandbox's shared clock, unless that was done so lately; in production there is none to follow."""
        if not isinstance(self.clock, SandboxClock) or time.monotonic() < self.ticked + within_seconds:
            return
        self.ticked = time.monotonic()
        row = await self.pool.fetchval("SELECT offset_seconds FROM sandbox_clock")
        self.clock.offset = timedelta(seconds=int(row or 0))
