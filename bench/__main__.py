"""`make bench`: sets a stage with a durable embedded PostgreSQL and the real API server, measures, prints ratios.

`python -m bench NAME…` runs only the named ones; `python -m bench.quality --rows N` scores more rows.
"""

import argparse
import asyncio
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from bench import duplicates, files, gate, grants, pages, register, report
from bench.channels import gateway, query, shares, templates
from bench.market import (
    acceptance,
    billing,
    catalogue,
    desk,
    facets,
    matching,
    pricing,
    saved_searches,
    search,
    trade,
)
from bench.quality import run as quality
from bench.valuation import appraisal, comparables, portfolio, reports
from centre.demo import engage, supply
from centre.demo import trade as trading
from centre.demo.context import Context
from centre.demo.people import gather
from centre.demo.printer import Printer
from centre.demo.run import Stage, stage
from kernel.logging import configure

TRADED: dict[str, Callable[[Stage, Context], Awaitable[None]]] = {
    "orders": trade.orders,
    "entitlements": trade.entitlements,
    "search": search.run,
    "matching": matching.run,
    "acceptance": lambda _, context: asyncio.to_thread(acceptance.run, context),
    "catalogue": catalogue.run,
    "billing": billing.run,
    "query": query.run,
    "shares": shares.run,
    "gateway": gateway.run,
    "desk": desk.run,
    "pages": pages.run,
    "facets": facets.run,
    "saved-searches": saved_searches.run,
}
"""What is measured on a stage on which one product was brought to market and sold, in this order."""

STAGED = (*TRADED, "register")
ALONE = (
    *("grants", "duplicates", "appraisal", "portfolio", "reports", "comparables", "quality", "gate", "pricing"),
    "files",
    "templates",
)
ALL = (*STAGED, *ALONE)


def prepare(set_up: Stage, folder: Path) -> Context:
    """Bring a real product to market and sell it once, so that there is something to order and to be entitled to."""
    printer = Printer(1, plain=True)
    printer.console.quiet = True
    people = gather(set_up.centre.operator, set_up.centre.invitations, printer)
    context = Context(set_up.centre, people, printer, folder / "output")
    context.output.mkdir()
    for step in (
        supply.prepare_data,
        supply.register_rights,
        supply.score_quality,
        engage.appraise,
        supply.list_product,
        trading.order_and_agree,
        trading.pay_by_transfer,
    ):
        step(context)
    return context


async def staged(names: tuple[str, ...]) -> None:
    """Measure what needs a database, a server and a worker."""
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=_home()))
    more = {
        "LIUTONG_RATE_PER_MINUTE": "100000000",
        "LIUTONG_PARTY_RATE_PER_MINUTE": "100000000",
        "LIUTONG_ANONYMOUS_RATE_PER_MINUTE": "100000000",
        "LIUTONG_LOG_LEVEL": "warning",
        "LIUTONG_POOL_SIZE": "16",
    }
    try:
        async with stage(folder, more) as set_up:
            if set(names) & set(TRADED):
                context = await asyncio.to_thread(prepare, set_up, folder)
                for name in (each for each in TRADED if each in names):
                    await TRADED[name](set_up, context)
            if "register" in names:
                await register.run(set_up)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def alone(names: tuple[str, ...], listings: Path) -> None:
    """Measure what is pure."""
    runs: dict[str, Callable[[], None]] = {
        "grants": lambda: report.rows("grants", grants.run()),
        "duplicates": lambda: report.rows("duplicates", duplicates.run()),
        "appraisal": appraisal.run,
        "portfolio": portfolio.run,
        "reports": reports.run,
        "comparables": lambda: comparables.run(listings),
        "quality": quality.run,
        "gate": gate.run,
        "pricing": pricing.run,
        "files": files.run,
        "templates": templates.run,
    }
    for name, run in runs.items():
        if name in names:
            run()


def _home() -> Path:
    home = Path("var").absolute()
    home.mkdir(exist_ok=True)
    return home


if __name__ == "__main__":
    given = argparse.ArgumentParser(prog="python -m bench")
    given.add_argument("names", nargs="*", metavar="NAME", help=", ".join(ALL))
    given.add_argument("--listings", type=Path, default=comparables.BESIDE, help="folder of CSV files of listings")
    options = given.parse_args()
    asked = tuple(options.names) or ALL
    if unknown := set(asked) - set(ALL):
        sys.exit(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(ALL)}")
    configure("warning")
    report.machine()
    if set(asked) & set(STAGED):
        asyncio.run(staged(asked))
    alone(asked, options.listings)
