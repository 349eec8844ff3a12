"""A product as its provider works with it: where it stands, what each gate says of it, and its licence in words."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from litestar import Request

from centre.pages.console.supply.reading import money, one_at, place, step_to
from centre.pages.portal.product import licence_words
from centre.pages.shell.rendering import words_of
from contracts.policy.schemas import LicenceTerms
from contracts.terms.price.sentences import sentences
from contracts.terms.prices import Plan
from kernel.text import Text
from kernel.time.clock import day_in_china

Http = Request[Any, Any, Any]

OPEN: Final = frozenset({"draft", "rejected", "submitted"})
"""States in which the gates are asked as things stand now; afterwards their answers are those that were kept."""
STEPS: Final = {
    "submit": ("submit_listing", Text("提交审核", "Submit for review")),
    "delist": ("delist_listing", Text("下架", "Take it off the shelf")),
    "approve": ("review_listing", Text("审核", "Review")),
    "reject": ("review_listing", Text("审核", "Review")),
    "suspend": ("supervise_listing", Text("暂停", "Suspend")),
    "resume": ("supervise_listing", Text("恢复", "Resume")),
}
NEXT: Final = {
    "draft": Text(
        "草稿只有您能看到。所有闸门通过后提交，由中心审核。",
        "Only you see a draft. When every gate lets it pass, submit it: the centre reviews it.",
    ),
    "submitted": Text("已提交，等待中心审核。", "Submitted: the centre reviews it."),
    "rejected": Text("审核未通过，理由见下。", "It was not approved, for the reason below."),
    "listed": Text("在售：任何人都能看到并下单。", "On the shelf: everybody sees it and may order."),
    "suspended": Text(
        "已暂停：不能再下单，已成交的订单照常履行。", "Suspended: nobody orders; orders that stand are performed."
    ),
    "delisted": Text("已下架。", "Off the shelf."),
}
SIGNS: Final = {"passed": "ok", "noted": "ok", "refused": "bad", "held": "warn", "not_assessed": "warn"}
OUTCOMES: Final = {
    "passed": Text("通过", "Passed"),
    "noted": Text("通过并提示", "Passed, with a note"),
    "refused": Text("不通过", "Refused"),
    "held": Text("中止", "Held"),
    "not_assessed": Text("无法评估", "Nothing to assess"),
    "not_applicable": Text("不适用", "Does not apply"),
}


async def fill(request: Http, listing: Any) -> Mapping[str, Any]:
    """What the page of a product shows above its facts."""
    gates = listing["gates"]
    if listing["status"] in OPEN:
        gates = await one_at(request, f"/v1/listings/{listing['id']}/gates") or gates
    steps: dict[str, Text] = {}
    for each in listing["allowed_actions"]:
        if each in STEPS:
            name, words = STEPS[each]
            if href := await step_to(request, name, {"listing_id": listing["id"]}):
                steps[href] = words
    answers = gates["answers"] if gates else []
    plan = msgspec.convert(listing["plan"], Plan, strict=False) if listing["plan"] else None
    terms = msgspec.convert(listing["licence"], LicenceTerms, strict=False)
    return {
        "listing": listing,
        "next": NEXT[listing["status"]],
        "steps": steps,
        "gates": gates,
        "answers": [(each, OUTCOMES[each["outcome"]], SIGNS.get(each["outcome"], "")) for each in answers],
        "against": sum(each["outcome"] in ("refused", "not_assessed") for each in answers),
        "licence": licence_words(terms, day_in_china(words_of(request).now)),
        "price": money(request, listing["price"]),
        "plan": list(sentences(plan)) if plan else [],
        "asset_at": place(request, f"assets/{listing['asset_id']}"),
    }
