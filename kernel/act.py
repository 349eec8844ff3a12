"""An act: who does something, at which moment, in which unit of work, and who signs for it.

Every command and every reading on somebody's behalf is given one, made once for each request, job or command line, so
that one act bears one moment and one actor wherever it leads (decision 0019).
"""

import time
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from kernel.actor import Actor
from kernel.crypto.issuer import Issuer
from kernel.time.clock import day_in_china


@dataclass(frozen=True, slots=True)
class Act:
    """One unit of work with its actor and its moment (UTC); `issuer` signs the documents that come of it."""

    session: AsyncSession
    actor: Actor
    at: datetime
    issuer: Issuer
    _made: float = field(default_factory=time.monotonic, compare=False, repr=False)

    @property
    def today(self) -> date:
        """The moment's day in China, by which rules and deadlines go."""
        return day_in_china(self.at)

    def after_waiting(self) -> datetime:
        """The moment now, for what must not be done too late however long a lock was waited for; asked under it.

        It is the act's own moment and what has gone by since, whichever clock that was read from.
        """
        return self.at + timedelta(seconds=time.monotonic() - self._made)

    def by(self, actor: Actor) -> "Act":
        """The same unit and moment, done by another: what the centre itself does because of somebody's act."""
        return replace(self, actor=actor)
