"""Whoever presents a channel key over HTTP: known anew in each unit of work; what came of it is noted either way."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from litestar import Request

from channels.keys import commands, queries
from channels.keys.errors import ChannelKeyUnknown
from channels.keys.queries import Holder
from kernel.act import Act
from kernel.actor import Actor
from kernel.errors import DomainError
from kernel.http.addresses import caller
from kernel.runtime import Runtime


@dataclass(slots=True)
class KeyCaller:
    """A request by a channel key: `operation` is what is asked, `subject` of what; `key_id` once the key is known."""

    runtime: Runtime
    bearer: str | None
    address: str
    operation: str
    subject: str | None
    key_id: str | None = None

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[tuple[Act, Holder]]:
        """A unit of work of the buyer's, if the key opens its channel now.

        Raises ChannelKeyUnknown, ChannelKeyExpired and ChannelClosed.
        """
        async with self.runtime.act() as act:
            if self.bearer is None:
                raise ChannelKeyUnknown
            holder = await queries.presented_with(act, self.bearer)
            self.key_id = holder.key.id
            queries.require_open(holder.key, holder.handover, act.at)
            yield act.by(holder.actor), holder

    def note(
        self, act: Act, http_status: int, release_id: str | None = None, response_bytes: int | None = None
    ) -> None:
        """Keep what was answered, and with how much data; nothing is kept of a key that is unknown."""
        if self.key_id is not None:
            commands.note_use(
                act,
                self.key_id,
                self.operation,
                address=self.address,
                http_status=http_status,
                subject=self.subject,
                release_id=release_id,
                response_bytes=response_bytes,
            )


@asynccontextmanager
async def calling(
    request: Request[Actor, Any, Any],
    operation: str,
    subject: str | None,
    status_of: Callable[[DomainError], int] = lambda refused: refused.status,
) -> AsyncIterator[KeyCaller]:
    """A request by a channel key, whose refusal is noted by the status that it is told with."""
    runtime: Runtime = request.app.state.runtime
    await runtime.tick()
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    address = caller(request.scope, runtime.settings.trusted_proxies)
    known = KeyCaller(runtime, bearer.strip() if scheme.lower() == "bearer" else None, address, operation, subject)
    try:
        yield known
    except DomainError as refused:
        # In a unit of its own: that of the request has ended with nothing kept.
        async with runtime.act() as act:
            known.note(act, status_of(refused))
        raise
