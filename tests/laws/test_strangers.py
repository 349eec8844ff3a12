"""The stranger law: to whoever has nothing to do with an object, a route answers as if there were no such object.

Objects are made once by one side; every other kind of party, and nobody, asks for each by every route that has an id.
What a stranger is told of a real object must be what it is told of an invented one: a 404, or the guard's own refusal.
"""

import json
import re
import sys
from typing import Any, Final

from litestar.handlers import HTTPRouteHandler

from centre.assembly import ROUTES
from kernel import ids
from tests.conftest import Client
from tests.laws import source
from tests.laws.bodies import example
from tests.market.trade import Trade
from tests.valuation.engagements.firm import Work

PUBLIC: Final = {
    "GET /v1/problems/{code}": "an explanation of an error",
    "GET /log/tile/{path}": "the log is public; its leaves are salted digests",
    "GET /v1/log/checkpoints/{size}": "the log is public",
    "GET /v1/log/entries/{entry_id}/proof": "an inclusion proof says nothing of the entry",
    "GET /v1/documents/{document_id}": "decides by document; those that are not public answer 404",
    "GET /v1/documents/{document_id}/credential": "the same",
    "GET /v1/documents/{document_id}/page": "the same",
    "GET /v1/certificates/{certificate}": "the register is public",
    "GET /v1/certificates/{certificate}/pdf": "the register is public",
    "GET /v1/status-lists/{year}": "the register is public",
    "GET /v1/assets/{asset_id}/register": "the register is public",
    "GET /v1/appraisal-register/{number}": "the register of reports is public",
    "GET /v1/listings/{listing_id}": "what is on the shelf is public; what is not answers 404",
    "GET /files/{file_id}": "a signed link is its own key",
    "GET /v1/audit/exports/{report}": "the name of a report and no object",
    "POST /v1/registrations/{registration_id}/objections": "anybody may object to a case under notice",
    "POST /v1/assets/{asset_id}/title/check": "whoever would be granted something may ask; see the title's own tests",
}
"""What a stranger may meet, and why."""

NOT_MADE: Final = {
    "certificate": "POST names a certificate by its public number: it is public",
    "objection_id": "objections have tests of their own",
    "evidence_id": "belongs to an objection or a case, whose id is asked first",
    "event_id": "the inbox is the offices' alone",
    "job_id": "jobs are the offices' alone",
    "path": "the ledger is the offices' alone",
    "remark_id": "remarks are the registrar's alone",
    "decision_id": "accounting decisions have tests of their own",
    "note_id": "accounting notes have tests of their own",
    "number": "an item of a portfolio run",
}
"""Ids of which no object is made here, and where they are looked after: a list to be shortened."""

STRANGERS: Final = ("provider", "developer", "buyer", "investor", "valuer", "tester", "insurer", "lender")


def routes() -> list[tuple[str, str, list[str], tuple[str, ...]]]:
    """Every route with an id: method, path, the names of its ids, and the permissions that it asks for."""
    found = set()
    for route in ROUTES:
        if not isinstance(route, HTTPRouteHandler):
            continue
        for path in route.paths:
            plain = re.sub(r":\w+", "", path)
            for method in route.http_methods - {"HEAD", "OPTIONS"}:
                if names := re.findall(r"\{(\w+)\}", plain):
                    found.add((str(method), plain, tuple(names), tuple(route.opt.get("permissions", ()))))
    return [(m, p, list(n), w) for m, p, n, w in sorted(found)]


async def objects(runtime: Any, as_: Any, drain: Any) -> dict[str, str]:
    """One object of every kind, of parties that no stranger is."""
    trade = await Trade.begin(runtime, as_)
    order = await trade.delivered()
    rows = await runtime.pool.fetchrow(
        "SELECT o.asset_id, o.agreement_id, o.listing_id, o.certificate_id, a.grant_id, p.id AS payment_id"
        ' FROM "order" o JOIN agreement a ON a.id = o.agreement_id JOIN payment p ON p.order_id = o.id'
        " WHERE o.id = $1",
        order,
    )
    made = {"order_id": order, **{name: str(value) for name, value in rows.items()}}
    made["asset_id"] = rows["asset_id"]
    made["registration_id"] = await runtime.pool.fetchval("SELECT id FROM registration LIMIT 1")
    # What is on the shelf is public: only what was taken off it is nobody's business.
    await runtime.pool.execute("UPDATE listing SET status = 'suspended'")
    work = await Work.begin(as_, drain)
    made |= {"scorecard_id": work.card, "practitioner_id": work.first.id, "party_id": str(trade.provider.party)}
    made["run_id"] = await runtime.pool.fetchval("SELECT run_id FROM scorecard WHERE id = $1", work.card)
    made["contract_id"] = await runtime.pool.fetchval(
        "SELECT data_contract_id FROM quality_run WHERE id = $1", made["run_id"]
    )
    made |= await _appraised(runtime, work)
    made |= await _kept(work)
    return made


async def _appraised(runtime: Any, work: Work) -> dict[str, str]:
    """An engagement with a request for data, and a study."""
    from tests.valuation.appraisal.test_appraisals import inputs

    proposed = await work.provider.post("/v1/engagements", work.terms())
    assert proposed.status_code == 201, proposed.text
    engagement = proposed.json()["id"]
    await runtime.pool.execute(
        "UPDATE engagement SET status = 'accepted', accepted_at = created_at WHERE id = $1", engagement
    )
    asked = ids.new("dqr")
    await runtime.pool.execute(
        "INSERT INTO data_request (id, engagement_id, asked_by, subject, due_on, files, status, created_at,"
        " status_changed_at, version) VALUES ($1, $2, $3, 'ledger', '2026-12-01', '[]', 'asked', now(), now(), 1)",
        asked, engagement, work.first.id,
    )  # fmt: skip
    body = {"scorecard_id": work.card, "base_date": "2026-11-23", "inputs": inputs()}
    study = await work.first.client.post(f"/v1/assets/{work.asset}/appraisals", body)
    assert study.status_code == 201, study.text
    return {"engagement_id": engagement, "request_id": asked, "appraisal_id": study.json()["id"]}


async def _kept(work: Work) -> dict[str, str]:
    """A file, a webhook, a key, a test and a treatment of the provider."""
    from tests.valuation.makers import CONTRACT
    from tests.valuation.quality.desensitisation.test_treat import PLAN

    who, tester = work.provider, await work.as_("tester", "ordered")
    file = await who("POST", "/v1/files?name=a.pdf&purpose=evidence", content=b"%PDF-1.7 " * 9)
    hook = await who.post("/v1/webhooks", {"url": "http://127.0.0.1:9/x", "kinds": ["market.order.placed"]})
    key = await who.post("/v1/api-keys", {"name": "second", "roles": ["provider"]})
    body = {"tester": tester.party, "contract": CONTRACT, "purpose": "listing", "samples": 1}
    test = await who.post(f"/v1/assets/{work.asset}/third-party-tests", body)
    treated = await who.post(f"/v1/assets/{work.asset}/desensitisations", {"plan": PLAN})
    answers = {"file_id": file, "webhook_id": hook, "key_id": key, "test_id": test, "treatment_id": treated}
    assert all(each.status_code in (201, 202) for each in answers.values()), [e.text for e in answers.values()]
    return {n: str(a.json().get("key", a.json()).get("id") or a.json()["webhook"]["id"]) for n, a in answers.items()}


def invented(value: str) -> str:
    """An id of the same kind that nothing bears."""
    return re.sub(r"_.*", "_" + "0" * 26, value)


def told(answer: Any, value: str) -> tuple[int, str, str]:
    """What an answer says, but for the id and the request's own number."""
    body = answer.json() if answer.headers.get("content-type", "").endswith("json") else {}
    return answer.status_code, str(body.get("code")), str(body.get("kind", ""))


async def test_to_a_stranger_no_object_is_there(runtime, as_, drain, client, capsys):
    spec = json.loads((source.ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
    made = await objects(runtime, as_, drain)
    callers: list[tuple[str, Client]] = [(role, await as_(role, "stranger")) for role in STRANGERS]
    counts = {"routes": 0, "requests": 0, "not made": 0}
    leaks, uncovered = [], []
    for method, path, names, _ in routes():
        if f"{method} {path}" in PUBLIC:
            continue
        if missing := [name for name in names if name not in made]:
            counts["not made"] += 1
            uncovered += [f"{method} {path}: {name}" for name in missing if name not in NOT_MADE]
            continue
        counts["routes"] += 1
        where, nowhere = path, path
        for name in names:
            where, nowhere = (
                where.replace(f"{{{name}}}", made[name]),
                nowhere.replace(f"{{{name}}}", invented(made[name])),
            )
        operation = spec["paths"][path][method.lower()]
        content = operation.get("requestBody", {}).get("content", {})
        body = example(content["application/json"]["schema"], spec) if "application/json" in content else None
        if path.endswith("/comparison"):
            where, nowhere = f"{where}?before={made['scorecard_id']}", f"{nowhere}?before={made['scorecard_id']}"
        counts["requests"] += 1
        if (await client(method, where, body)).status_code != 401:
            leaks.append(f"nobody: {method} {path}")
        for role, who in callers:
            real, other = await who(method, where, body), await who(method, nowhere, body)
            counts["requests"] += 2
            if told(real, where) != told(other, nowhere) or real.status_code not in (403, 404):
                leaks.append(f"{role}: {method} {path}: {told(real, where)} but {told(other, nowhere)}")
    with capsys.disabled():
        sys.stdout.write(f"\nstranger law: {counts}, callers: {len(callers) + 1}, leaks: {len(leaks)}\n")
    assert uncovered == []
    assert not leaks, "\n".join(leaks)
