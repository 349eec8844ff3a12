"""Running the demonstration: a database and processes of its own, the story, and everything stopped after."""

import asyncio
import contextlib
import importlib
import importlib.util
import json
import secrets
import shutil
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from centre.demo import processes
from centre.demo.client import ApiClient, Refused, Stopped
from centre.demo.context import Centre, Context
from centre.demo.people import MEMBERS, WATCHING
from centre.demo.printer import Printer
from centre.demo.steps import STEPS, run_all
from centre.people.practice import PEOPLE_FILE, enter
from centre.process import open_runtime
from kernel.identity import commands, credentials
from kernel.identity.schemas import AdmissionView, ApplyForAdmission, Contact
from kernel.logging import configure
from kernel.postgres.database import database
from kernel.postgres.server import PostgresUnavailable
from kernel.settings import Settings
from migrations import run as migrations

LEFT: Final = "centre"
"""What of the demonstration can be served again, in its output: database, files and the people who sign in."""

CENTRE = ApplyForAdmission(
    uscc="12150000MB1A2B3C42",
    name="内蒙古数据流通中心（演示）",
    kind="institution",
    roles=["operator"],
    pledges=[],
    contact=Contact(name="值班室", email="desk@centre.example"),
)


@dataclass(frozen=True)
class Stage:
    """Where the story plays: the API's address, the operator's key, and the processes behind it."""

    centre: Centre
    settings: Settings
    api: processes.Process
    worker: processes.Process


@contextmanager
def stripe_stand_in(api_url: str, secret: str) -> Iterator[str]:
    """The Stripe double of the test suite, for the card payment; gives its address.

    A wheel holds it beside this module; a checkout has it where the tests are.
    """
    packed = importlib.util.find_spec("centre.demo.stripe") is not None
    serve = importlib.import_module("centre.demo.stripe" if packed else "tests.doubles.stripe").serve
    with serve(webhook_url=f"{api_url}/v1/webhooks/stripe", webhook_secret=secret) as double:
        yield double.url


@asynccontextmanager
async def stage(folder: Path, more: Mapping[str, str] | None = None) -> AsyncIterator[Stage]:
    """Set the stage in a folder: database, migrations, the centre, API server, worker and Stripe stand-in.

    `more` are further settings of the server and the worker.
    """
    port = processes.free_port()
    url = f"http://127.0.0.1:{port}"
    secret = f"whsec_{secrets.token_hex(16)}"
    async with contextlib.AsyncExitStack() as stack:
        ready = await stack.enter_async_context(database(Settings(data_dir=folder, public_url=url)))
        await migrations.upgrade(str(ready.database_url))
        operator, invitations = await found(ready)
        stripe = stack.enter_context(stripe_stand_in(url, secret))
        environment = {
            "LIUTONG_DATABASE_URL": str(ready.database_url),
            "LIUTONG_DATA_DIR": str(folder),
            "LIUTONG_PUBLIC_URL": url,
            "LIUTONG_PORT": str(port),
            "LIUTONG_STRIPE_API_KEY": "sk_test_demonstration",
            "LIUTONG_STRIPE_API_BASE": stripe,
            "LIUTONG_STRIPE_WEBHOOK_SECRET": secret,
            "LIUTONG_BANK_ACCOUNT_NAME": CENTRE.name,
            "LIUTONG_BANK_ACCOUNT_NUMBER": "15001706636052500000",
            "LIUTONG_BANK_NAME": "示范银行呼和浩特分行",
            **(more or {}),
        }
        api, worker = processes.api(environment, port, folder), processes.worker(environment, folder)
        stack.callback(worker.stop)
        stack.callback(api.stop)
        api.start()
        worker.start()
        await asyncio.to_thread(api.wait_ready, f"{url}/readyz")
        client = ApiClient(url, operator.secret, operator.party.id)
        stack.callback(client.http.close)
        centre = Centre(client, invitations, stripe, folder)
        yield Stage(centre, ready, api, worker)


async def found(settings: Settings) -> tuple[AdmissionView, dict[str, str]]:
    """Found the sandbox's centre and invite its watching offices; gives the operator's key and the invitations."""
    async with open_runtime(settings) as runtime, runtime.act() as act:
        founded = await commands.found_centre(act, CENTRE, sandbox=True)
        return founded, {office: await credentials.invite(act, office, office) for office in WATCHING}


def _folder() -> Path:
    parent = Path("var").absolute()
    parent.mkdir(exist_ok=True)
    return Path(tempfile.mkdtemp(prefix="demo-", dir=parent))


async def _demonstrate(output: Path, printer: Printer, stop: threading.Event) -> None:
    folder = await asyncio.to_thread(_folder)
    try:
        async with stage(folder) as set_up:
            set_up.centre.operator.stop = stop
            try:
                context = await asyncio.to_thread(run_all, set_up.centre, output, printer)
                accounts = await _enter(set_up.settings, context)
            finally:
                stop.set()
        told = await asyncio.to_thread(_leave, set_up.settings, output, context, accounts)
        printer.console.print(told, soft_wrap=True)
    except (Refused, TimeoutError, RuntimeError):
        await asyncio.to_thread(_keep_logs, folder, output)
        raise
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def _enter(settings: Settings, context: Context) -> dict[str, dict[str, str]]:
    """Make the people of the story members, each with a password, so that they can look at what happened."""
    async with open_runtime(settings) as runtime:
        return await enter(runtime, {name: str(getattr(context.people, name).party) for name in (*WATCHING, *MEMBERS)})


def _leave(settings: Settings, output: Path, context: Context, accounts: dict[str, dict[str, str]]) -> str:
    """Leave the centre as it stands where it can be served again; gives where its order is opened, and by whom.

    It is served at the address that it had: its log and its papers bear that.
    """
    left = output / LEFT
    shutil.rmtree(left, ignore_errors=True)
    shutil.move(settings.data_dir, left)
    (left / PEOPLE_FILE).write_text(json.dumps(accounts, indent=2) + "\n", encoding="utf-8")
    buyer, url = accounts["buyer"], settings.public_url
    port = url.rpartition(":")[2]
    return (
        f"在网页上打开这笔订单 · its order as a page: {url}/zh/console/orders/{context.results['order_id']}\n"
        f"  LIUTONG_DATA_DIR={left} LIUTONG_PUBLIC_URL={url} {sys.executable} -m centre serve --port {port}\n"
        f"  {buyer['email']}  {buyer['password']}  ({left / PEOPLE_FILE})"
    )


def _keep_logs(folder: Path, output: Path) -> None:
    """What the processes said is what a failure is understood from."""
    output.mkdir(parents=True, exist_ok=True)
    for log in folder.glob("*.log"):
        shutil.copy(log, output / log.name)


def run_demo(output: Path, *, plain: bool) -> int:
    """Run it all; gives the exit code: 0 told to the end, 1 something failed, 130 interrupted."""
    configure("warning")
    stop = threading.Event()
    with Printer(STEPS, plain=plain) as printer:
        try:
            asyncio.run(_demonstrate(output, printer, stop))
        except (KeyboardInterrupt, Stopped):
            printer.console.print("\n已中断，全部进程已停止 · interrupted; everything is stopped")
            return 130
        except (Refused, TimeoutError, processes.ProcessDied, PostgresUnavailable, RuntimeError) as problem:
            print(f"\n演示失败 · the demonstration failed: {problem}", file=sys.stderr)  # noqa: T201
            return 1
    return 0
