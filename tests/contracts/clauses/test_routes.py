"""Model contracts and drafts over HTTP: everybody reads the library, parties have their drafts checked and shown."""

import io
import json
import zipfile
from typing import Any

import msgspec
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from tests.conftest import As, Client
from tests.contracts.clauses.drafts import LIBRARY, POLICIES, filled, use
from tests.refusals import not_there, refused

MODELS = "/v1/contract-models"


def body(model: str, **more: Any) -> dict[str, Any]:
    """A complete draft of a model."""
    made: dict[str, Any] = plain({"clauses": filled(LIBRARY.models[model]), "policy": POLICIES[model]})
    return made | more


def plain(value: Any) -> Any:
    """A value as JSON gives it back."""
    return msgspec.json.decode(msgspec.json.encode(value))


async def test_everybody_reads_the_models_and_their_clauses(client: Client) -> None:
    listed = (await client.get(MODELS)).json()
    assert [each["id"] for each in listed["models"]] == list(LIBRARY.models)
    assert {each["kind"] for each in listed["sources"]} >= {"general-clauses", "model-contracts"}
    one = (await client.get(f"{MODELS}/provision")).json()
    assert one["gf"] == "GF-2025-2615"
    assert one["defaults"] == plain(LIBRARY.defaults(LIBRARY.models["provision"]))
    inspection = next(each for each in one["clauses"] if each["id"] == "inspection")
    assert inspection["basis_text"]["zh"].startswith("民法典第620至622条")
    assert inspection["obligations"][0]["length"] == "days"
    assert inspection["params"][0]["label"] == {"zh": "检验期", "en": "time to inspect"}
    not_there(await client.get(f"{MODELS}/no-such"))


async def test_a_draft_is_told_everything_at_once_and_nothing_is_stored(as_: As) -> None:
    buyer = await as_("buyer")
    right = await buyer.post(f"{MODELS}/provision/check", body("provision"))
    assert right.status_code == 200, right.text
    assert right.json()["faults"] == []
    assert [row["stage"] for row in right.json()["matrix"]] == [
        "collect",
        "transfer",
        "store",
        "use",
        "open",
        "destroy",
    ]
    assert {"clause": "delivery-files", "code": "deliver", "bearer": "provider"}.items() <= next(
        each for each in right.json()["obligations"] if each["code"] == "deliver"
    ).items()
    draft = body("provision")
    draft["clauses"] += plain(
        [use("arbitration", institution="某仲裁委员会"), use("deposit", percent=25), use("penalty", percent=40)]
    )
    found = (await buyer.post(f"{MODELS}/provision/check", draft)).json()
    count = len(draft["clauses"])
    assert [(each["pointer"], each["rule"]) for each in found["faults"]] == [
        (f"/clauses/{count - 2}/values/percent", "LT-CON-17"),
        (f"/clauses/{count - 3}", "LT-CON-13"),
        (f"/clauses/{count - 1}", "LT-CON-13"),
    ]
    assert [(each["pointer"], each["rule"]) for each in found["warnings"]] == [
        (f"/clauses/{count - 1}/values/percent", "LT-CON-17")
    ]


@pytest.mark.parametrize("model", ["provision", "entrusted", "fusion", "intermediary", "open-licence"])
async def test_each_model_is_shown_printed_and_written(as_: As, model: str) -> None:
    provider = await as_("provider")
    shown = await provider.post(f"{MODELS}/{model}/preview", body(model))
    assert shown.status_code == 200, shown.text
    assert shown.json()["faults"] == []
    assert shown.json()["text"]["zh"].startswith(shown.json()["title"]["zh"])
    printed = await provider.post(f"{MODELS}/{model}/preview/pdf?lang=zh", body(model))
    assert printed.status_code == 200, printed.text
    assert printed.headers["content-type"] == "application/pdf"
    _, file = PdfFileReader(io.BytesIO(printed.content)).root["/Names"]["/EmbeddedFiles"]["/Names"]
    enclosed = json.loads(file.get_object()["/EF"]["/F"].data)
    assert enclosed["draft"]["clauses"] == body(model)["clauses"]
    assert enclosed["model"] == model
    written = await provider.post(f"{MODELS}/{model}/preview/docx?lang=en", body(model))
    assert written.status_code == 200, written.text
    with zipfile.ZipFile(io.BytesIO(written.content)) as parts:
        assert LIBRARY.models[model].name[1] in parts.read("word/document.xml").decode("utf-8")


async def test_what_cannot_be_shown_is_refused_by_name(as_: As) -> None:
    buyer = await as_("buyer")
    draft = body("provision", facts={"reference": "a\ufffeb"})
    draft["clauses"] += [{"clause": "no-such", "version": "1"}, *plain([use("special", words="a\u2028b")])]
    count = len(draft["clauses"])
    for path in ("preview", "preview/pdf", "preview/docx"):
        refusal = await buyer.post(f"{MODELS}/provision/{path}", draft)
        refused(refusal, 422, "draft-faulty", "LT-CON-12")
        assert [(each["pointer"], each["rule"]) for each in refusal.json()["errors"]] == [
            (f"/clauses/{count - 2}/clause", "LT-CON-12"),
            (f"/clauses/{count - 1}/values/words", "LT-CON-12"),
            ("/facts/reference", "LT-CON-12"),
        ]
    glyph = await buyer.post(f"{MODELS}/provision/preview/pdf", body("provision", facts={"reference": "\U000f0000"}))
    assert (glyph.status_code, glyph.json()["code"]) == (422, "glyph-missing")


async def test_two_versions_are_compared_as_data_sentences_and_words(as_: As) -> None:
    buyer = await as_("buyer")
    after = body("provision")["clauses"]
    after.insert(6, after.pop(4))
    same = (
        await buyer.post(f"{MODELS}/provision/redline", {"before": body("provision")["clauses"], "after": after})
    ).json()
    assert [each["change"] for each in same["changes"]] == [
        {"kind": "moved", "clause": "no-onward", "before": 4, "after": 6}
    ]
    assert same["clauses"] == []
    against = (await buyer.post(f"{MODELS}/provision/redline", {"after": after})).json()
    assert [each["change"]["kind"] for each in against["changes"]] == ["value", "value", "moved"]
    assert against["changes"][0]["sentence"]["zh"] == "条款“登记的标的”的应用场景：（无） → 不适用"
    runs = against["clauses"][0]["zh"][2]
    assert {"mark": "inserted", "text": "不适用"} in runs
    assert {"mark": "deleted", "text": "【待填写】"} in runs
    written = await buyer.post(f"{MODELS}/provision/redline/docx?lang=zh", {"after": after})
    with zipfile.ZipFile(io.BytesIO(written.content)) as parts:
        assert "<w:delText>【待填写】</w:delText>" in parts.read("word/document.xml").decode("utf-8")
    unknown = await buyer.post(f"{MODELS}/provision/redline", {"after": [{"clause": "no-such", "version": "1"}]})
    assert [each["pointer"] for each in unknown.json()["errors"]] == ["/after/0/clause"]


async def test_everything_is_bounded(as_: As) -> None:
    buyer = await as_("buyer")
    many = [{"clause": "secrecy", "version": "1"}] * 101
    refused(await buyer.post(f"{MODELS}/provision/check", {"clauses": many}), 400, "invalid-input")
    large = {"clauses": [{"clause": "special", "version": "1", "values": {"words": "长" * 3_999}}] * 60}
    refused(await buyer.post(f"{MODELS}/provision/check", large), 413, "too-large")
    long = {"clauses": [{"clause": "special", "version": "1", "values": {"words": "a" * 3_999}}] * 100}
    refusal = await buyer.post(f"{MODELS}/provision/preview", long)
    assert (refusal.status_code, refusal.json()["code"], refusal.json()["rule"]["id"]) == (
        422, "draft-too-long", "LT-CON-16",
    )  # fmt: skip
    refusal = await buyer.post(f"{MODELS}/provision/redline", {"after": long["clauses"]})
    assert (refusal.status_code, refusal.json()["code"]) == (422, "draft-too-long")


async def test_who_drafts_no_contracts_is_not_answered(as_: As, client: Client) -> None:
    refused(await client.post(f"{MODELS}/provision/check", {"clauses": []}), 401, "unauthenticated")
    refused(await (await as_("tester")).post(f"{MODELS}/provision/check", {"clauses": []}), 403, "forbidden")
    not_there(await (await as_("buyer")).post(f"{MODELS}/no-such/check", {"clauses": []}))
