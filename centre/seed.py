"""Filling an empty sandbox: the centre, its officers, parties with keys, and one real product on the shelf.

It uses the demonstration's own steps over HTTP, against a server that lives only as long as the seeding.
"""

import asyncio
import json
import os
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import uvicorn
from sqlalchemy import exists, select

from centre.app import create_app
from centre.demo import engage, supply, trade
from centre.demo.client import ApiClient
from centre.demo.context import Centre, Context
from centre.demo.people import MEMBERS, WATCHING, People, gather
from centre.demo.printer import Printer
from centre.demo.processes import free_port
from centre.demo.run import found
from centre.people.practice import PEOPLE_FILE, enter
from centre.process import open_runtime
from kernel.identity.models import Party
from kernel.settings import Settings

KEYS: Final = "sandbox-keys.json"
SHARE: Final = "sandbox-share.json"
"""A profile of Delta Sharing for what the sandbox's buyer has bought, beside the keys."""
NAMED: Final = ("operator", "registrar", "reviewer", "clearing", *WATCHING, *MEMBERS)


class SeedRefused(RuntimeError):
    """Only a sandbox is seeded."""


async def seed_sandbox(settings: Settings) -> str:
    """Seed once; gives a sentence that says where the keys are. Raises SeedRefused in production."""
    if not settings.sandbox:
        raise SeedRefused("only a sandbox is seeded; production founds its centre with: liutong found")
    keys = settings.data_dir / KEYS
    async with open_runtime(settings) as runtime, runtime.act() as act:
        if await act.session.scalar(select(exists().where(Party.centre))):
            return _seeded_before(settings.data_dir, keys)
    founded, invitations = await found(settings)
    async with _serving(settings) as url:
        operator = ApiClient(url, founded.secret, founded.party.id)
        with operator.http:
            people, profile = await asyncio.to_thread(_fill, operator, invitations)
    share = keys.with_name(SHARE)
    await asyncio.to_thread(_write, share, profile)
    await asyncio.to_thread(_write, keys, _accounts(people))
    async with open_runtime(settings) as runtime:
        entered = await enter(runtime, {name: str(getattr(people, name).party) for name in NAMED})
    await asyncio.to_thread(_write, keys.with_name(PEOPLE_FILE), entered)
    told = f"the sandbox is seeded; API keys of {', '.join(NAMED)} are in {keys}, a share of what was bought in {share}"
    return f"{told}\n{_sign_in(settings, entered)}"


def _sign_in(settings: Settings, accounts: Mapping[str, Mapping[str, str]]) -> str:
    """Where the sandbox's people sign in, and with what."""
    lines = [f"  {name:<11} {each['email']:<26} {each['password']}" for name, each in accounts.items()]
    url = settings.public_url
    head = f"console: {url}/zh/console or {url}/en/console; sign in at {url}/zh/sign-in or {url}/en/sign-in as"
    tail = "officers, regulator and auditor are shown a code for an authenticator app when they first sign in"
    return "\n".join([head, *lines, tail])


def _seeded_before(folder: Path, keys: Path) -> str:
    """What to tell of a sandbox that has its centre; keys are shown once, so without their file nobody gets in."""
    people = folder / PEOPLE_FILE
    if keys.exists() and people.exists():
        return f"the sandbox has its centre already; where it was seeded here, keys: {keys}, people: {people}"
    if keys.exists():
        return f"the sandbox has its centre already; keys, where it was seeded here: {keys}"
    return (
        f"the sandbox has its centre already, but there is no {keys}: its seeding was interrupted, or it was not seeded"
        f" here. To begin anew, stop everything and remove {folder}; empty the database if you have set one"
    )


@asynccontextmanager
async def _serving(settings: Settings) -> AsyncIterator[str]:
    port, fast = free_port(), 1_000_000
    app: Any = create_app(
        replace(settings, rate_per_minute=fast, party_rate_per_minute=fast, anonymous_rate_per_minute=fast), worker=True
    )
    config = uvicorn.Config(app, host="127.0.0.1", port=port, lifespan="on", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    running = asyncio.create_task(server._serve(), name="seeding")  # noqa: SLF001 - without its signal handlers
    while not server.started:
        if running.done():
            await running
        await asyncio.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await running


def _fill(operator: ApiClient, invitations: dict[str, str]) -> tuple[People, Any]:
    """Put one product on the shelf, sell it, and prepare its share; gives the people and the share's profile."""
    printer = Printer(1, plain=True)
    printer.console.quiet = True
    people = gather(operator, invitations, printer)
    with tempfile.TemporaryDirectory() as folder:
        context = Context(Centre(operator, invitations, "", Path(folder)), people, printer, Path(folder))
        for step in (
            supply.prepare_data,
            supply.register_rights,
            supply.score_quality,
            engage.appraise,
            supply.list_product,
            trade.order_and_agree,
        ):
            step(context)
        return people, _shared(people, context.results["order_id"])


def _shared(people: People, order_id: str) -> Any:
    """Pay the order, and take the profile of its share once its tables can be read."""
    payment = people.buyer.post(f"/v1/orders/{order_id}/payments", {"method": "bank_transfer"})
    arrived = {
        "bank_reference": f"SEED-{payment['id'][-12:]}",
        "amount": payment["amount"],
        "received_on": people.operator.get("/v1/sandbox/clock")["day_in_china"],
    }
    people.clearing.post(f"/v1/payments/{payment['id']}/confirm", arrived)
    profile = people.buyer.get(f"/v1/orders/{order_id}/share-profile")
    people.buyer.wait_for(f"/v1/orders/{order_id}/share/versions", lambda seen: seen["items"])
    return profile


def _accounts(people: People) -> dict[str, dict[str, str | None]]:
    return {name: {"key": getattr(people, name).key, "party": getattr(people, name).party} for name in NAMED}


def _write(path: Path, content: Any) -> None:
    """Write JSON that only its owner reads."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=2)
