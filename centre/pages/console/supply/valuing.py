"""An engagement as a valuer and its client work with it, and an appraisal with how its value came about."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from litestar import Request
from markupsafe import Markup

from centre.pages.console import naming
from centre.pages.console.supply.reading import NO_WORDS, Task, items, money, one_at, place, step_to
from centre.pages.shell.rendering import lang_of
from kernel.text import Lang, Text
from valuation.appraisal.presentation import figures, names
from valuation.charts import value as charts

Http = Request[Any, Any, Any]

ORDER: Final = ("proposed", "accepted", "drafted", "seconded", "reviewed", "signed", "issued")
"""The states of an engagement on its way."""
STAGES: Final = (
    ("accepted", Text("接受委托", "Accepted by the firm")),
    ("drafted", Text("起草报告", "A draft is submitted")),
    ("seconded", Text("第二评估人员意见", "The second valuer agrees")),
    ("reviewed", Text("内部审核", "Reviewed within the firm")),
    ("signed", Text("第一个签名", "Signed by one valuer")),
    ("issued", Text("第二个签名，报告出具", "Signed by the second: the report is issued")),
)
STEPS: Final = (
    ("accept_engagement", Text("接受委托", "Accept")),
    ("decline_engagement", Text("谢绝", "Decline")),
    ("consent_to_engagement", Text("同意评估", "Consent")),
    ("ask_for_data", Text("索取资料", "Ask for data")),
    ("add_working_paper", Text("加入工作底稿", "Add a working paper")),
    ("submit_draft", Text("提交草稿", "Submit a draft")),
    ("give_opinion", Text("对草稿发表意见", "Give an opinion on the draft")),
    ("sign_report", Text("签名", "Sign")),
)
TAKEN: Final = {
    "proposed": ("accept_engagement", "decline_engagement", "consent_to_engagement"),
    "accepted": ("ask_for_data", "add_working_paper", "submit_draft"),
    "drafted": ("give_opinion", "ask_for_data", "add_working_paper"),
    "seconded": ("give_opinion", "ask_for_data", "add_working_paper"),
    "reviewed": ("sign_report", "give_opinion"),
    "signed": ("sign_report", "give_opinion"),
}
"""Which steps stand in front in each state; whose they are, the API says."""
FILES: Final = (("report.html", "HTML"), ("report.pdf", "PDF"), ("report.xlsx", "Excel"), ("report.json", "JSON"))
STEPS_MAX: Final = 200
SWINGS_MAX: Final = 10


async def of_engagement(request: Http, engagement: Any) -> Mapping[str, Any]:
    """What the page of an engagement shows above its facts."""
    id_, status = engagement["id"], engagement["status"]
    path = f"/v1/engagements/{id_}"
    drafts = await items(request, f"{path}/drafts")
    newest = max(drafts, key=lambda each: each["number"], default=None)
    ways = []
    for name, words in STEPS:
        filled = {"draft_id": newest["id"]} if newest and name in ("give_opinion", "sign_report") else {}
        if name in TAKEN.get(status, ()) and (href := await step_to(request, name, {"engagement_id": id_}, **filled)):
            ways.append((href, words))
    return {
        "of": engagement,
        "stages": [_stage(state, words, status) for state, words in STAGES],
        "steps": ways,
        "requests": [
            (each, await step_to(request, "answer_data_request", {"request_id": each["id"]}))
            for each in await items(request, f"{path}/data-requests")
        ],
        "papers": await items(request, f"{path}/working-papers"),
        "drafts": drafts,
        "newest": newest if status in ("reviewed", "signed") else None,
        "opinions": await items(request, f"{path}/opinions"),
        "file_at": place(request, "files/"),
        "asset_at": place(request, f"assets/{engagement['asset_id']}"),
        "appraisal_at": place(request, f"appraisals/{engagement['appraisal_id']}")
        if engagement["appraisal_id"]
        else "",
        "value": naming.value,
    }


def _stage(state: str, words: Text, status: str) -> Task:
    reached = ORDER.index(status) >= ORDER.index(state) if status in ORDER else False
    return Task(words, "done" if reached else "wait", NO_WORDS)


async def of_appraisal(request: Http, appraisal: Any) -> Mapping[str, Any]:
    """What the page of an appraisal shows above its facts: the value, what it is built from, what moves it."""
    id_, lang = appraisal["id"], lang_of(request)
    path = f"/v1/appraisals/{id_}"
    report = appraisal["appraisal"]
    sensitivity = await one_at(request, f"{path}/sensitivity")
    return {
        "of": appraisal,
        "amounts": [money(request, appraisal[name]) for name in ("value", "low", "high")],
        "waterfall": figures.waterfall(report, lang),
        "tornado": _tornado(report, sensitivity["tornado"], lang) if sensitivity else "",
        "methods": figures.methods(report, lang),
        "trace": report["trace"][:STEPS_MAX],
        "more": max(0, len(report["trace"]) - STEPS_MAX),
        "parameters": [
            (names.place(each["name"]), each)
            for each in (sensitivity["parameters"] if sensitivity else ())
            if each["what_if"]
        ],
        "what_if": await step_to(request, "ask_what_if", {"appraisal_id": id_}),
        "files": [(place(request, f"appraisals/{id_}/{name}"), kind) for name, kind in FILES],
    }


def _tornado(report: Any, swings: list[dict[str, Any]], lang: Lang) -> Markup:
    """The drivers that move the value most, as the API computed them."""
    drawn = [
        charts.Swing(
            f"{names.place(each['driver']).of(lang)} ({each['down']}, {each['up']})",
            Decimal(each["value_down"]),
            Decimal(each["value_up"]),
        )
        for each in swings[:SWINGS_MAX]
    ]
    return charts.tornado(drawn, Decimal(report["value"]["amount"]), lang, figures.places(report))
