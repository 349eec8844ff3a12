"""How fast a caller may ask, and whose address a request counts for."""

from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest

from centre.server import server_config
from kernel.http.addresses import caller
from kernel.http.rates import Limit, RateExceeded, Rates
from kernel.settings import Settings, SettingsInvalid, from_env
from tests.conftest import make_runtime, serving
from tests.kernel.http.test_problems import is_problem
from tests.makers import Cast
from tests.refusals import not_there, outcome, refused


@asynccontextmanager
async def from_address(client, address):
    """The same application, called from an address."""
    app = client.http._transport.app
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=(address, 40_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://liutong.test") as http:
        yield replace(client, http=http)


async def test_requests_over_the_rate_are_told_when_to_come_back(settings, clock, signer):
    slow = replace(settings, rate_per_minute=3, anonymous_rate_per_minute=5)
    async with make_runtime(slow, clock, signer) as runtime, serving(runtime) as client:
        first = await client.get("/v1/problems")
        assert first.headers["ratelimit-policy"] == '"minute";q=5;w=60'
        assert first.headers["ratelimit"] == '"minute";r=4;t=60'
        for _ in range(4):
            not_there(await client.get("/v1/problems/nothing"))
        refusal = await client.get("/v1/problems")
        problem = is_problem(refusal, 429, "rate-exceeded")
        assert problem["rule"]["id"] == "LT-GEN-05"
        assert 1 <= int(refusal.headers["retry-after"]) <= 60
        assert refusal.headers["ratelimit-policy"] == '"minute";q=5;w=60'
        assert refusal.headers["ratelimit"] == '"minute";r=0;t=60'
        assert (await client.get("/healthz")).status_code == 200, "who watches us is never refused"


EXCEEDED = (429, "rate-exceeded", "LT-GEN-05")
UNKNOWN = (401, "unauthenticated", None)


async def test_each_key_has_its_own_rate(settings, clock, signer):
    async with make_runtime(settings, clock, signer) as runtime, serving(runtime) as client:
        provider = await Cast(client, runtime).act("provider")
        runtime.settings = replace(settings, rate_per_minute=2, anonymous_rate_per_minute=1)
        async with serving(runtime) as fresh:
            mine = fresh.with_key(provider.key)
            assert [outcome(await mine.get("/v1/events")) for _ in range(3)] == [200, 200, EXCEEDED]
            assert [outcome(await fresh.get("/v1/problems")) for _ in range(2)] == [200, EXCEEDED]


async def test_guessing_keys_is_not_free(settings, clock, signer):
    slow = replace(settings, anonymous_rate_per_minute=3)
    async with make_runtime(slow, clock, signer) as runtime, serving(runtime) as client:
        guesses = [client.with_key(f"ltk_test_{n:012d}_" + "s" * 43) for n in range(5)]
        assert [outcome(await guess.get("/v1/events")) for guess in guesses] == [UNKNOWN] * 3 + [EXCEEDED] * 2


async def test_all_keys_of_a_party_have_one_rate_together(settings, clock, signer):
    async with make_runtime(settings, clock, signer) as runtime, serving(runtime) as client:
        cast = Cast(client, runtime)
        provider, buyer = await cast.act("provider"), await cast.act("buyer")
        made = [await provider.post("/v1/api-keys", {"name": f"key {n}", "roles": ["provider"]}) for n in range(6)]
        runtime.settings = replace(settings, rate_per_minute=3, party_rate_per_minute=4)
        async with serving(runtime) as fresh:
            keys = [fresh.with_key(key.json()["secret"]) for key in made]
            answers = [await key.get("/v1/events") for key in keys]
            assert [outcome(answer) for answer in answers] == [200] * 4 + [EXCEEDED] * 2
            assert answers[0].headers["ratelimit-policy"] == '"minute";q=3;w=60, "party";q=4;w=60'
            assert answers[0].headers["ratelimit"] == '"minute";r=2;t=60, "party";r=3;t=60'
            assert is_problem(answers[4], 429, "rate-exceeded")["rule"]["id"] == "LT-GEN-05"
            assert answers[4].headers["ratelimit"] == '"minute";r=3;t=60, "party";r=0;t=60'
            assert (await fresh.with_key(buyer.key).get("/v1/events")).status_code == 200


async def test_a_forged_address_changes_nothing_and_a_trusted_proxy_names_its_callers(settings, clock, signer):
    slow = replace(settings, anonymous_rate_per_minute=2)
    forged = [{"x-forwarded-for": f"203.0.113.{n}"} for n in range(4)]
    async with make_runtime(slow, clock, signer) as runtime, serving(runtime) as client:
        async with from_address(client, "127.0.0.1") as proxy:
            found = [(await proxy.get("/v1/problems", headers=header)).status_code for header in forged]
            assert found == [200, 200, 429, 429]
        runtime.settings = replace(slow, trusted_proxies="10.0.0.0/24, 127.0.0.1")
        async with from_address(client, "10.0.0.5") as proxy:
            found = [(await proxy.get("/v1/problems", headers=header)).status_code for header in forged]
            assert found == [200, 200, 200, 200]
            chained = [{"x-forwarded-for": f"192.0.2.{n}, 198.51.100.7"} for n in range(4)]
            found = [(await proxy.get("/v1/problems", headers=header)).status_code for header in chained]
            assert found == [200, 200, 429, 429], "what a stranger wrote before its own address is its own invention"


@pytest.mark.slow
async def test_pages_and_their_files_take_nothing_from_the_api(settings, clock, signer):
    slow = replace(settings, anonymous_rate_per_minute=1, page_rate_per_minute=5)
    async with make_runtime(slow, clock, signer) as runtime, serving(runtime) as client:
        for path in ("/docs", "/docs/assets/swagger-ui.css", "/docs/openapi.json", "/zh/notices", "/en/verify"):
            answer = await client.get(path)
            assert (answer.status_code, answer.headers["ratelimit-policy"]) == (200, '"page";q=5;w=60'), path
        assert (await client.get("/v1/problems")).status_code == 200
        refused(await client.get("/v1/problems"), 429, "rate-exceeded", "LT-GEN-05")
        refused(await client.get("/docs"), 429, "rate-exceeded", "LT-GEN-05")
        assert (await client.get("/healthz")).status_code == 200


def scope(client, *forwarded):
    return {"client": client, "headers": [(b"x-forwarded-for", each.encode("latin-1")) for each in forwarded]}


@pytest.mark.parametrize(
    ("client", "forwarded", "counted"),
    [
        (("192.0.2.1", 5), (), "192.0.2.1"),
        (("192.0.2.1", 5), ("203.0.113.9",), "192.0.2.1"),
        (("10.0.0.5", 5), (), "10.0.0.5"),
        (("10.0.0.5", 5), ("203.0.113.9",), "203.0.113.9"),
        (("10.0.0.5", 5), ("8.8.8.8, 203.0.113.9:4711, 10.0.0.6",), "203.0.113.9"),
        (("10.0.0.5", 5), ("8.8.8.8", "203.0.113.9", "10.0.0.6"), "203.0.113.9"),
        (("10.0.0.5", 5), ("8.8.8.8, nobody",), "10.0.0.5"),
        (("10.0.0.5", 5), ("8.8.8.8" + ", 10.0.0.6" * 40,), "10.0.0.6"),
        (("10.0.0.5", 5), ("",), "10.0.0.5"),
        (("2001:db8:1:2:3:4:5:6", 5), (), "2001:db8:1:2::/64"),
        (("2001:db8:1:2:ffff::1", 5), (), "2001:db8:1:2::/64"),
        (("2001:db8:1:3::1", 5), (), "2001:db8:1:3::/64"),
        (("::ffff:192.0.2.1", 5), (), "192.0.2.1"),
        (("fd00::5", 5), ("[2001:db8:1:2::7]:443",), "2001:db8:1:2::/64"),
        (None, ("203.0.113.9",), "local"),
        (("testclient", 5), ("203.0.113.9",), "testclient"),
    ],
)
def test_the_address_that_a_request_counts_for(client, forwarded, counted):
    assert caller(scope(client, *forwarded), "10.0.0.0/24 fd00::/8") == counted


def test_too_many_buckets_drop_the_longest_unused_and_never_all():
    rates = Rates(size=3)
    for name in ("a", "b", "c", "a", "d"):
        rates.spend([Limit("minute", name, 2)])
    with pytest.raises(RateExceeded):
        rates.spend([Limit("minute", "a", 2)])
    rates.spend([Limit("minute", "d", 2)])
    with pytest.raises(RateExceeded):
        rates.spend([Limit("minute", "d", 2)])


def test_what_one_limit_refuses_takes_nothing_of_the_other():
    rates = Rates()
    key, party = Limit("minute", "k", 5), Limit("party", "p", 1)
    rates.spend([key, party])
    for _ in range(3):
        with pytest.raises(RateExceeded):
            rates.spend([key, party])
    assert rates.spend([key]).fields["RateLimit"] == '"minute";r=3;t=60'


def test_nobody_is_trusted_unless_named_and_the_server_trusts_nobody_by_itself():
    assert Settings().trusted_proxies == ""
    assert not server_config(None, Settings()).proxy_headers
    assert from_env({"LIUTONG_TRUSTED_PROXIES": "10.0.0.5, fd00::/8"}).trusted_proxies == "10.0.0.5, fd00::/8"
    for wrong in ("proxy.example.cn", "10.0.0.5/8", "*"):
        with pytest.raises(SettingsInvalid, match="LIUTONG_TRUSTED_PROXIES: "):
            from_env({"LIUTONG_TRUSTED_PROXIES": wrong})
