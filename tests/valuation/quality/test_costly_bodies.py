"""Bodies that cost much to understand: none of them is read on the event loop, and each is told what is wrong."""

import asyncio
import time

import pytest
import sqlglot

from kernel.jobs import desk
from kernel.jobs.processes import called
from tests.valuation.makers import CONTRACT, make_asset
from valuation.quality.contract import reader, text
from valuation.quality.contract.contract import Contract
from valuation.quality.contract.faults import BUDGETS
from valuation.quality.contract.sql.patterns import WEIGHT_MAX, UnportablePatternError, portable
from valuation.quality.contract.sql.weight import weight
from valuation.quality.contract.text import NODES_MAX, UnreadableContractError, parse


def with_rules(rules, column="price"):
    properties = [{**each, "quality": rules} if each["name"] == column else each for each in PROPERTIES]
    return {**CONTRACT, "schema": [{**CONTRACT["schema"][0], "properties": properties}, CONTRACT["schema"][1]]}


PROPERTIES = CONTRACT["schema"][0]["properties"]
LONG = "SELECT COUNT(*) FROM {object} WHERE " + " OR ".join(f"price = {n}" for n in range(200))
SQL = [{"id": f"r{n}", "type": "sql", "mustBe": 0, "query": LONG} for n in range(100)]
PATTERN = {"metric": "invalidValues", "mustBe": 0, "arguments": {"pattern": r"(?:(?:[^x]{0,100}y){0,50}z){0,90}"}}
BODIES = {
    "5,000 keys": "{" + ",".join(f'"k{n}": 1' for n in range(5_000)) + ', "k1": 2}',
    "20,000 keys": "{" + ",".join(f'"k{n}": 1' for n in range(20_000)) + ', "k1": 2}',
    "a flow list": "a: [" + "1," * 100_000 + "1]",
    "a million bytes of a flow list": "a: [" + "1," * 500_000 + "1]",
    "a million bytes of keys": "\n".join(f"k{n}: 1" for n in range(90_000)),
    "100 long SQL rules": with_rules(SQL),
    "a pattern": with_rules([PATTERN], "id"),
    "10,000 rules": with_rules([{"metric": "nullValues", "mustBe": 0}] * 10_000),
    "300,000 values": {"kind": "DataContract", "tags": [0] * 300_000},
}


@pytest.mark.slow
@pytest.mark.parametrize("count", [len(BODIES), pytest.param(20, marks=pytest.mark.slow)])
async def test_costly_bodies_at_once_hold_nobody_up(as_, monkeypatch, count):
    """Nothing of them is parsed in this process; how long /healthz took meanwhile is told, and not asserted."""
    provider = await as_("provider")
    asset = (await make_asset(provider))["asset_id"]

    async def patiently(*asked, seconds, **more):
        return await called(*asked, seconds=seconds * 30, **more)

    def here(*_, **__):
        raise AssertionError("read on the event loop")

    monkeypatch.setattr(desk, "called", patiently)  # A busy machine is not what is asked here.
    for module, name in ((reader, "read"), (text, "parse"), (text, "plain"), (sqlglot, "parse_one")):
        monkeypatch.setattr(module, name, here)
    monkeypatch.setattr("valuation.quality.understanding.parse", here)
    monkeypatch.setattr("valuation.quality.understanding.read", here)
    sending = [
        asyncio.create_task(provider.post(f"/v1/assets/{asset}/quality-runs", {"contract": body}))
        for body in [*BODIES.values(), *BODIES.values(), *BODIES.values()][:count]
    ]
    longest = 0.0
    while not all(task.done() for task in sending):
        begun = time.perf_counter()
        assert (await provider.get("/healthz")).status_code == 200
        longest = max(longest, time.perf_counter() - begun)
        await asyncio.sleep(0.005)
    answers = [await task for task in sending]
    told = {(answer.status_code, answer.json()["code"]) for answer in answers}
    assert told <= {(400, "contract-faulty"), (400, "invalid-input")}, [answer.text[:200] for answer in answers]
    print(f"longest /healthz beside {len(sending)} costly bodies: {longest * 1000:.0f} ms")  # noqa: T201


def faults(document):
    found = reader.read(document)
    assert not isinstance(found, Contract)
    return [(fault.path, fault.message.en) for fault in found]


def test_every_repeated_key_is_named_in_linear_time():
    begun = time.process_time()
    for make in ('{{{},"k7":1,"k3":1}}', "{}\nk7: 1\nk3: 1"):
        json = make.startswith("{{")
        keys = [f'"k{n}":1' if json else f"k{n}: 1" for n in range(20_000)]
        with pytest.raises(UnreadableContractError, match="k3, k7"):
            parse(make.format(",".join(keys) if json else "\n".join(keys)).encode())
    assert time.process_time() - begun < 10, "it took half a minute when it was quadratic"


@pytest.mark.slow
def test_a_contract_has_an_end_of_rules_sql_and_patterns_and_every_other_fault_is_told_beside():
    document = with_rules(SQL)
    document["schema"][1]["properties"][0]["logicalType"] = "integr"
    found = faults(document)
    assert any("characters of SQL" in message and str(BUDGETS["sql"][0]) in message for _, message in found)
    assert any("integr" in message for _, message in found)
    document["schema"][1]["properties"][0]["logicalType"] = "integer"
    assert any("5000 rules" in m for _, m in faults(with_rules([{"metric": "nullValues", "mustBe": 0}] * 5_001)))
    many = [{"metric": "invalidValues", "mustBe": 0, "arguments": {"pattern": "^a{900}$"}, "id": f"p{n}"}
            for n in range(30)]  # fmt: skip
    names = [{"name": f"c{n}", "logicalType": "string", "quality": many[n : n + 1]} for n in range(30)]
    wide = {**CONTRACT, "schema": [{"name": "orders", "properties": names}]}
    assert any("characters of patterns" in message for _, message in faults(wide))


def test_faults_beyond_those_that_are_listed_are_counted():
    found = faults({**CONTRACT, **{f"x{n}": 1 for n in range(250)}})
    assert found[-1] == ("", "There are 50 more faults, which are not listed.")
    (fault,) = faults({**CONTRACT, "y" * 10_000: 1})
    assert len(fault[1]) < 700


def test_a_document_has_an_end_of_values_and_depth():
    with pytest.raises(UnreadableContractError, match=f"more than {NODES_MAX} values"):
        parse(b"a: [" + b"1," * (NODES_MAX + 1) + b"1]")
    with pytest.raises(UnreadableContractError, match=f"more than {NODES_MAX} values"):
        parse(b'{"a": [' + b"1," * (NODES_MAX + 1) + b"1]}")
    for opening in (b"[", b"{a: ", b"- ", b"? "):
        with pytest.raises(UnreadableContractError):
            parse(opening * 100_000)
    with pytest.raises(UnreadableContractError, match="aliases"):
        parse(b"a: &x [1]\nb: *x")
    assert parse(b'a: "*"\nb: 2 * 3') == {"a": "*", "b": "2 * 3"}


@pytest.mark.parametrize(
    ("pattern", "size"),
    [
        ("", 0), ("^abc$", 3), ("a{3}", 3), ("a{2,5}b", 6), ("a{2,}", 2), ("[a-z]{18}", 18), ("(?:ab){3}c", 7),
        ("(a|bc){2}", 6), ("[]a]{2}", 2), (r"\d{4}-\d{2}", 7), (r"[\]a]{3}x?", 4), ("(?:[a-z]{0,100}){20}y", 2001),
        ("((a{10}){10}){10}", 1000), ("a{x}", 4), ("a{0}", 1),
    ],
)  # fmt: skip
def test_the_size_of_a_pattern_is_that_of_what_it_stands_for(pattern, size):
    assert weight(pattern) == size


def test_a_short_pattern_that_stands_for_a_long_one_is_refused():
    assert portable("^[A-Z0-9]{18}$") == "^[A-Z0-9]{18}$"
    with pytest.raises(UnportablePatternError, match=f"2001 characters .* at most {WEIGHT_MAX}"):
        portable("(?:[a-z]{0,100}){20}y")
