"""An asset as its provider works with it: how far it is on its way to the shelf, its revisions, scores and title."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from litestar import Request

from centre.pages.console import naming
from centre.pages.console.supply.reading import Task, items, one_at, place, step_to
from centre.pages.shell.rendering import lang_of
from kernel.text import Text
from kernel.time.clock import day_in_china
from valuation.charts import scores

Http = Request[Any, Any, Any]

OVER: Final = frozenset({"refused", "withdrawn", "certified", "lapsed", "rejected"})
POINTS_MAX: Final = 24
TODO: Final = Text("待办理", "To do")


async def fill(request: Http, asset: Any) -> Mapping[str, Any]:
    """What the page of an asset shows above its facts."""
    id_ = asset["id"]
    path = f"/v1/assets/{id_}"
    revisions = await items(request, f"{path}/revisions")
    cards = await items(request, "/v1/scorecards", asset_id=id_)
    certificates = await items(request, "/v1/certificates", asset_id=id_)
    cases = await items(request, "/v1/registrations", asset_id=id_)
    listings = await items(request, "/v1/listings/in-any-state", asset_id=id_)
    classification = await one_at(request, f"{path}/classification")
    oldest = sorted(cards, key=lambda each: each["scored_at"])[-POINTS_MAX:]
    return {
        "tasks": [
            await _revision(request, asset),
            await _classification(request, asset, classification),
            await _score(request, asset, cards),
            await _registration(request, asset, certificates, cases),
            await _listing(request, asset, cards, certificates, listings),
        ],
        "revisions": revisions,
        "cards": cards,
        "places": {each["id"]: place(request, f"scorecards/{each['id']}") for each in cards},
        "history": scores.history([(_day(each["scored_at"]), each["score"]) for each in oldest], lang_of(request)),
        "title": await one_at(request, f"{path}/title"),
        "value": naming.value,
        "certificate": place(request, "certificates/"),
    }


async def _revision(request: Http, asset: Any) -> Task:
    title, last = Text("上传文件并新建版本", "Upload files and fix a revision"), asset["latest_revision"]
    href = await step_to(request, "add_revision", {"asset_id": asset["id"]})
    if last is None:
        return Task(title, "todo", Text("还没有数据版本", "There is no revision yet"), href, TODO)
    words = Text(
        f"第 {last['number']} 版，{len(last['files'])} 个文件",
        f"Revision {last['number']} of {len(last['files'])} files",
    )
    return Task(title, "done", words, href, Text("新建下一版", "Add the next"))


async def _classification(request: Http, asset: Any, classified: Any) -> Task:
    title = Text("分类分级", "Classify and grade")
    href = await step_to(request, "declare_classification", {"asset_id": asset["id"]})
    if classified is None:
        return Task(title, "todo", Text("尚未申报", "Not declared yet"), href, TODO)
    level = naming.value(classified["level"])
    return Task(title, "done", Text(f"级别：{level.zh}", f"Level: {level.en}"), href, Text("重新申报", "Declare anew"))


async def _score(request: Http, asset: Any, cards: list[dict[str, Any]]) -> Task:
    title, last = Text("质量评分", "Score its quality"), asset["latest_revision"]
    if last is None:
        return Task(title, "wait", Text("先新建数据版本", "It needs a revision first"))
    href = await step_to(request, "start_quality_run", {"asset_id": asset["id"]})
    of_last = [each for each in cards if each["revision_id"] == last["id"]]
    if not of_last:
        return Task(title, "todo", Text("最新版本尚未评分", "The latest revision is not scored"), href, TODO)
    best, grade = of_last[0], naming.value(of_last[0]["grade"])
    words = Text(f"{best['score']} 分，{grade.zh}", f"{best['score']}, {grade.en}")
    return Task(title, "done", words, href, Text("再次评分", "Score again"))


async def _registration(
    request: Http, asset: Any, certificates: list[dict[str, Any]], cases: list[dict[str, Any]]
) -> Task:
    title, last = Text("登记", "Register it"), asset["latest_revision"]
    valid = [each for each in certificates if each["status"] == "in_force"]
    if valid:
        number = valid[0]["number"]
        href = place(request, f"certificates/{valid[0]['id']}")
        return Task(title, "done", Text(f"证书 {number}", f"Certificate {number}"), href, Text("查看证书", "See it"))
    open_cases = [each for each in cases if each["status"] not in OVER]
    if open_cases:
        state = naming.value(open_cases[-1]["status"])
        href = place(request, f"registrations/{open_cases[-1]['id']}")
        words = Text(f"办理中：{state.zh}", f"Under way: {state.en}")
        return Task(title, "going", words, href, Text("查看案件", "See the case"))
    if last is None:
        return Task(title, "wait", Text("先新建数据版本", "It needs a revision first"))
    href = await step_to(request, "apply_for_registration", revision_id=last["id"])
    return Task(title, "todo", Text("尚无有效证书", "There is no certificate in force"), href, TODO)


async def _listing(
    request: Http,
    asset: Any,
    cards: list[dict[str, Any]],
    certificates: list[dict[str, Any]],
    listings: list[dict[str, Any]],
) -> Task:
    title = Text("挂牌", "List it")
    card = cards[0]["id"] if cards else None
    name = asset["name"]
    fresh = await step_to(
        request,
        "create_listing",
        asset_id=asset["id"],
        scorecard_id=card,
        title_zh=name,
        theme=asset["theme"],
        summary_zh=asset["overview"],
    )
    if listings:
        shelved = [each for each in listings if each["status"] == "listed"]
        shown = (shelved or listings)[0]
        state = naming.value(shown["status"])
        words = Text(f"{shown['title_zh']}（{state.zh}）", f"{shown['title_en']} ({state.en})")
        href = place(request, f"listings/{shown['id']}")
        return Task(title, "done" if shelved else "going", words, href, Text("查看商品", "See it"))
    if not certificates:
        return Task(
            title,
            "wait",
            Text("登记后才能挂牌", "It is listed once it is registered"),
            fresh,
            Text("先写草稿", "Draft it"),
        )
    return Task(title, "todo", Text("尚未挂牌", "Not on the shelf yet"), fresh, TODO)


def _day(at: str) -> str:
    return day_in_china(datetime.fromisoformat(at)).isoformat()
