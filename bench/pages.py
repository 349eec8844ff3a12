"""Pages beside the same questions to the API: what drawing adds to an answer, in turn, in one run."""

import asyncio
import re
import time
from html import unescape
from typing import Final

import httpx

from bench import report
from centre.demo.client import ApiClient
from centre.demo.context import Context
from centre.demo.run import Stage
from centre.people.practice import enter
from centre.process import open_runtime

ROUNDS: Final = 60
P95_MS: Final = 50.0
HIDDEN: Final = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


async def run(set_up: Stage, context: Context) -> None:
    """Milliseconds that a page takes beyond what the API takes for the same."""
    async with open_runtime(set_up.settings) as runtime:
        accounts = await enter(runtime, {"buyer": str(context.people.buyer.party)})
    await asyncio.to_thread(_run, context, accounts["buyer"])


def _run(context: Context, account: dict[str, str]) -> None:
    buyer, results = context.people.buyer, context.results
    listing, order = results["listing_id"], results["order_id"]
    print(f"\npages: {ROUNDS} of each beside the same question to the API")
    with httpx.Client(base_url=buyer.base_url, timeout=30) as browser:
        browser.headers["cookie"] = _signed_in(browser, account)
        for name, page, question in (
            ("the market", "/en/listings", "/v1/listings"),
            ("a product", f"/en/listings/{listing}", f"/v1/listings/{listing}"),
            ("a list", "/en/console/orders", "/v1/orders?limit=25"),
            ("an order", f"/en/console/orders/{order}", f"/v1/orders/{order}"),
            ("a form", "/en/console/orders?do=place_order", ""),
            ("the desk", "/en/desk", "/v1/desk?limit=25"),
        ):
            _measure(browser, buyer, name, page, question)


def _measure(browser: httpx.Client, buyer: ApiClient, name: str, page: str, question: str) -> None:
    drawn, asked, size = [], [], 0
    for _ in range(ROUNDS):
        began = time.perf_counter()
        answer = browser.get(page)
        drawn.append((time.perf_counter() - began) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"{page}: {answer.status_code}")
        size = len(answer.content)
        if question:
            began = time.perf_counter()
            buyer.get(question)
            asked.append((time.perf_counter() - began) * 1000)
    alone = report.quantile(asked, 0.95) if asked else 0.0
    added = report.quantile(drawn, 0.95) - alone
    met = "reached" if added <= P95_MS else "NOT reached"
    print(
        f"  {name}: p95 {report.quantile(drawn, 0.95):.1f} ms, {size:,} bytes; the API {alone:.1f} ms;"
        f" {added:.1f} ms beyond it (aim ≤ {P95_MS:.0f} ms: {met})"
    )


def _signed_in(browser: httpx.Client, account: dict[str, str]) -> str:
    """The cookie of a session; a client of http keeps none that is for https alone, as browsers do at localhost."""
    page = browser.get("/en/sign-in")
    before = _cookies(page)
    hidden = {name: unescape(value) for name, value in HIDDEN.findall(page.text)}
    entered = hidden | {"email": account["email"], "password": account["password"]}
    answer = browser.post("/en/sign-in", data=entered, headers={"cookie": before})
    if answer.status_code != 303:
        raise RuntimeError(f"nobody is signed in: {answer.status_code}")
    return _cookies(answer)


def _cookies(answer: httpx.Response) -> str:
    return "; ".join(each.partition(";")[0] for each in answer.headers.get_list("set-cookie"))
