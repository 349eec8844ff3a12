"""Events, and the sender that signs and posts them to webhook endpoints with retries."""

import asyncio
import json
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx
from stripe import WebhookSignature

from .routing import endpoint, paged
from .world import Call, Obj, World, visible

RETRY_WAITS_SECONDS = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)


@endpoint("GET", "/events/{id}", "event_retrieve")
def retrieve_event(world: World, call: Call) -> Obj:
    """Show one event."""
    return world.get("event", call.ids["id"], call.account)


@endpoint("GET", "/events", "event_list", "limit starting_after ending_before type")
def list_events(world: World, call: Call) -> Obj:
    """List events."""
    return paged(world, call, "event", "/events", "type")


@cache
def _trusted() -> ssl.SSLContext:
    """Read once: it takes longer than everything else about an event."""
    return ssl.create_default_context()


@dataclass(frozen=True)
class Hook:
    """Where events are posted and the secret that signs them."""

    url: str
    secret: str


@dataclass
class Sender:
    """Posts every event to every hook until it is taken or the waits are used up."""

    retry_waits: Sequence[float] = RETRY_WAITS_SECONDS
    hooks: list[Hook] = field(default_factory=list)
    deliveries: list[dict[str, Any]] = field(default_factory=list)
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    def publish(self, event: Obj) -> None:
        """Start delivering; events overtake one another, as they do at Stripe."""
        body = json.dumps(visible(event), indent=2)
        event["pending_webhooks"] = len(self.hooks)
        for hook in self.hooks:
            task = asyncio.get_running_loop().create_task(self._deliver(hook, event, body))
            # The loop itself keeps only weak references to tasks.
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _deliver(self, hook: Hook, event: Obj, body: str) -> None:
        delivery: dict[str, Any] = {
            "event": event["id"],
            "type": event["type"],
            "url": hook.url,
            "answers": [],
        }
        self.deliveries.append(delivery)
        async with httpx.AsyncClient(verify=_trusted(), timeout=10, trust_env=False) as client:
            for wait in self.retry_waits:
                await asyncio.sleep(wait)
                answer = await _post(client, hook, body)
                delivery["answers"].append(answer)
                if isinstance(answer, int) and 200 <= answer < 300:
                    event["pending_webhooks"] -= 1
                    return


async def _post(client: httpx.AsyncClient, hook: Hook, body: str) -> int | str:
    # Each try is signed anew: an old timestamp would be refused for its age.
    signature = WebhookSignature.generate_signature_header(body, hook.secret)
    headers = {"content-type": "application/json; charset=utf-8", "stripe-signature": signature}
    try:
        return (await client.post(hook.url, content=body, headers=headers)).status_code
    except httpx.HTTPError as error:
        return type(error).__name__
