"""The outermost layer: headers, request ids, metrics, logs without secrets, documentation without a network."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
import structlog

from kernel import logging as logs
from kernel.settings import Mode, Secret
from tests.conftest import make_runtime, serving

SECURITY = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/healthz", 200),
        ("GET", "/v1/problems", 200),
        ("GET", "/docs", 200),
        ("GET", "/v1/parties", 401),
        ("GET", "/nowhere", 404),
        ("GET", "/docs/assets/nothing.js", 404),
        ("DELETE", "/v1/problems", 405),
        ("POST", "/v1/parties", 400),
    ],
)
async def test_security_headers_are_on_every_answer(client, method, path, status):
    answer = await client(method, path)
    assert answer.status_code == status, answer.text
    for name, value in SECURITY.items():
        assert answer.headers.get_list(name) == [value], name
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "strict-transport-security" not in answer.headers


@pytest.mark.slow
async def test_https_is_pinned_where_the_centre_is_served_by_it(settings, clock, signer):
    async with (
        make_runtime(replace(settings, public_url="https://centre.example.cn"), clock, signer) as runtime,
        serving(runtime) as client,
    ):
        for path in ("/healthz", "/nowhere"):
            assert "max-age=" in (await client.get(path)).headers["strict-transport-security"]


async def test_security_headers_are_on_our_own_faults_and_nothing_of_them_is_shown(client, runtime):
    class Broken:
        def __call__(self):
            raise ValueError("the inside of the house")

    runtime.sessions = Broken()
    answer = await client.get("/v1/sandbox/clock")
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal"
    assert "inside of the house" not in answer.text
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.json()["instance"].endswith("#" + answer.headers["x-request-id"])


async def test_a_request_id_is_echoed_or_made(client):
    given = await client.get("/healthz", headers={"x-request-id": "abc-123_DEF.4"})
    assert given.headers.get_list("x-request-id") == ["abc-123_DEF.4"]
    made = [(await client.get("/healthz")).headers["x-request-id"] for _ in range(2)]
    assert made[0] != made[1]
    for bad in ("short", "x" * 65, "evil id here", "with\ttab-inside", 'quote"quote"'):
        answer = await client.get("/healthz", headers={"x-request-id": bad})
        assert re.fullmatch(r"[0-9a-f]{24}", answer.headers["x-request-id"]), bad
    problem = await client.get("/nowhere", headers={"x-request-id": "abc-123_DEF.4"})
    assert problem.json()["instance"] == "/nowhere#abc-123_DEF.4"


async def test_health_and_readiness(client, runtime):
    assert (await client.get("/healthz")).json() == {"status": "ok"}
    assert (await client.get("/readyz")).json() == {"status": "ready"}


async def test_without_a_database_the_process_is_alive_not_ready_and_says_try_again(settings, runtime, signer):
    from kernel import db
    from kernel.time.clock import SandboxClock

    away = "postgresql+asyncpg://liutong@127.0.0.1:9/none"
    runtime.engine = db.make_engine(away)
    runtime.sessions = db.make_sessions(runtime.engine)
    runtime.clock = SandboxClock()
    async with serving(runtime) as client:
        assert (await client.get("/healthz")).status_code == 200
        ready = await client.get("/readyz")
        assert (ready.status_code, ready.json()["code"]) == (503, "not-ready")
        for path in ("/v1/sandbox/clock", "/v1/events"):
            key = client.with_key("ltk_test_0123456789ab_" + "s" * 43)
            answer = await key.get(path)
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable"), answer.text
            assert answer.headers["retry-after"] == "1"


@pytest.mark.slow
async def test_metrics_need_their_token_where_one_is_set(settings, clock, signer, client):
    assert (await client.get("/metrics")).status_code == 200
    guarded = replace(settings, mode=Mode.PRODUCTION, metrics_token=Secret("prometheus-token-of-32-characters"))
    async with make_runtime(guarded, clock, signer) as runtime, serving(runtime) as watched:
        for headers in (
            {},
            {"authorization": "Bearer wrong"},
            {"authorization": "Basic prometheus-token-of-32-characters"},
            {"authorization": "Bearer prometheus-token-of-32-characterß"},
        ):
            refused = await watched.get("/metrics", headers={k: v.encode() for k, v in headers.items()})
            assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")
        good = {"authorization": "Bearer prometheus-token-of-32-characters"}
        await watched.get("/v1/problems/not-found")
        shown = await watched.get("/metrics", headers=good)
        assert shown.status_code == 200
        assert 'liutong_http_requests_total{method="GET",route="/v1/problems/{code}",status="200"}' in shown.text


async def test_paths_of_strangers_do_not_grow_the_metrics(client):
    for number in range(5):
        await client.get(f"/nowhere/{number}")
    shown = (await client.get("/metrics")).text
    assert "/nowhere" not in shown
    assert 'route="unmatched",status="404"' in shown


class Assets(HTMLParser):
    """Everything that a page loads."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        wanted = {"script": "src", "link": "href", "img": "src", "iframe": "src"}
        self.found += [value for name, value in attrs if name == wanted.get(tag) and value]


async def test_the_documentation_needs_no_other_host(client):
    page = await client.get("/docs")
    assert page.status_code == 200
    assets = Assets()
    assets.feed(page.text)
    loaded = [asset for asset in assets.found if not asset.startswith("data:")]
    assert len(loaded) >= 3, "the script, its preset and the style sheet"
    for asset in loaded:
        assert asset.startswith("/docs"), asset
        answer = await client.get(asset)
        assert (answer.status_code, len(answer.content) > 100) == (200, True), asset
    for address in re.findall(r"https?://[^\s\"'<>)]+", page.text):
        # The description repeats addresses of laws and examples as text; none of them is loaded.
        assert f'src="{address}' not in page.text
        assert f"url({address}" not in page.text
    description = await client.get("/docs/openapi.json")
    assert description.status_code == 200
    assert description.json()["openapi"].startswith("3.1")
    other = await client.get("/docs/openapi.yaml")
    assert (other.status_code, other.content) == (200, description.content), "JSON is YAML too, and is drawn once"
    assert other.headers["content-type"].startswith("application/vnd.oai.openapi")


KEY = "ltk_test_0123456789ab_" + "s" * 43


@pytest.mark.parametrize(
    "text",
    [
        KEY,
        f"Bearer {KEY}!",
        "ltk_live_0123456789ab_" + "A-_" * 14 + "x",
        "sk_live_abcdefgh12345678",
        "rk_test_abcdefgh12345678",
        "whsec_abc+def/ghi=0123456789",
        "postgresql://liutong:word-of-secret@db.example.cn/liutong",
    ],
)
def test_whatever_is_shaped_like_a_secret_is_blanked(text):
    for deep in ({"event": text}, {"event": "x", "more": {"list": [text, ({"inner": text},)]}}):
        shown = str(logs.redact(None, "info", deep))
        assert "***" in shown
        for part in ("sss", "A-_A-_", "abcdefgh", "def/ghi", "0123456789'", "word-of-secret"):
            assert part not in shown, shown


def test_whatever_is_named_like_a_secret_is_blanked():
    event = {"event": "x", "Authorization": "a", "stripe_webhook_secret": "b", "password": "c", "n": {"api_key": "d"}}
    assert logs.redact(None, "info", event) == {
        "event": "x",
        "Authorization": "***",
        "stripe_webhook_secret": "***",
        "password": "***",
        "n": {"api_key": "***"},
    }


@pytest.fixture
def logged(capsys):
    """Real logs in the operator's form; gives what was written."""

    def configured(json):
        logs.configure("debug", json=json)
        # A cached logger would keep this test's stream for ever.
        structlog.configure(cache_logger_on_first_use=False)
        return lambda: capsys.readouterr().err

    before = structlog.get_config()
    yield configured
    logs.configure("error", json=True)
    structlog.configure(**before)


@pytest.mark.slow
@pytest.mark.parametrize("json", [True, False])
async def test_a_key_leaves_no_trace_in_the_logs(runtime, as_, logged, json):
    provider = await as_("provider")
    secret = provider.key.split("_", 3)[3]  # It may hold the sign itself.
    async with serving(runtime) as client:
        written = logged(json)
        mine = client.with_key(provider.key)
        assert (await mine.get("/v1/api-keys")).status_code == 200
        await mine.get(f"/v1/nowhere/{provider.key}")
        await mine.get(f"/v1/problems/{provider.key}")
        await client.with_key(KEY).get("/v1/api-keys")
        text = written()
    assert "/v1/api-keys" in text
    assert secret not in text
    assert "ssss" not in text


@pytest.mark.parametrize("json", [True, False])
def test_a_logged_failure_shows_no_local_variable(logged, json):
    written = logged(json)

    def fail(password):
        raise ValueError(f"not with {KEY}")

    log = structlog.get_logger("test")
    try:
        fail("{} horse {}".format("correct", "battery"))
    except ValueError:
        log.exception("failed")
    text = written()
    assert "ValueError" in text
    assert "correct horse battery" not in text
    assert "ssss" not in text
