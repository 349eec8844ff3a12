"""All twenty indicators of GB/T 36344 on five lines of text, each number worked out by hand beside it."""

import contextlib
import random
import time
from datetime import UTC, datetime

import pytest

from kernel.errors import DomainError
from valuation.quality.contract.contract import Contract
from valuation.quality.contract.indicators import INDICATORS
from valuation.quality.contract.reader import read
from valuation.quality.contract.text import UnreadableContractError, parse
from valuation.quality.policy import policies
from valuation.quality.scoring.score import score
from valuation.quality.scoring.scorecard import Measured

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
RULES = policies().at(AS_OF.date())
CSV = """id,code,kind,begun,ended,price,paid,phone,extra
1,C1,a,2026-11-20,2026-11-21,10,10,***,x
2,C2,b,2026-11-21,2026-11-20,20,19,***,x
2,X3,c,2031-01-01,,bad,5,13800000000,x
4,,a,2026-11-22,2026-11-22,200,200,***,x
broken line
"""
CONTRACT = """
apiVersion: v3.2.0
kind: DataContract
id: all
version: "1"
schema:
  - name: t
    properties:
      - {name: id, logicalType: integer, required: true, unique: true}
      - {name: code, logicalType: string, required: true, logicalTypeOptions: {pattern: '^C[0-9]$'}}
      - {name: kind, logicalType: string, enum: [a, b], relationships: [{to: kinds.kind}]}
      - {name: begun, logicalType: date, logicalTypeOptions: {minimum: '2026-11-21'}}
      - {name: ended, logicalType: date}
      - {name: price, logicalType: number, logicalTypeOptions: {maximum: 100}}
      - {name: paid, logicalType: number}
      - name: phone
        logicalType: string
        quality:
          - type: sql
            query: SELECT COUNT(*) FROM {object} WHERE {property} LIKE '1%'
            mustBe: 0
            customProperties: [{property: indicator, value: '0106'}]
    quality:
      - {id: sane, type: sql, query: 'SELECT COUNT(*) FROM {object} WHERE paid > price', mustBe: 0}
      - {id: order, type: sql, query: 'SELECT COUNT(*) FROM {object} WHERE ended < begun', mustBe: 0}
      - {id: rows, metric: rowCount, mustBe: 8}
      - id: twice
        metric: duplicateValues
        arguments: {properties: [kind, paid]}
        mustBe: 0
        customProperties: [{property: indicator, value: '0303'}]
      - id: same
        type: sql
        query: SELECT COUNT(*) FROM {object} WHERE NOT (paid = price)
        mustBeLessThan: 40
        unit: percent
        customProperties: [{property: indicator, value: '0401'}]
  - name: kinds
    properties: [{name: kind, logicalType: string}]
slaProperties: [{property: latency, value: 1, unit: d, element: t.begun}]
"""
BY_HAND = {
    "0101": "66.67",  # codes there: C1, C2, X3; two follow the pattern
    "0102": "100.00",  # 8 + 1 declared columns, all there
    "0103": "90.00",  # 9 + 1 columns, `extra` is not declared
    "0104": "100.00",  # paid and price both readable in 3 rows; never is more paid than the price
    "0105": "75.00",  # c is not permitted
    "0106": "75.00",  # one number is not masked
    "0201": "87.50",  # id 4 of 4, code 3 of 4
    "0202": "50.00",  # 4 of 8
    "0301": "75.00",  # 2031 is in the future
    "0302": "94.29",  # types: 4+3+4+4+3+4+4+4+2 = 32 values, one not; range: 3 prices, one above 100: 33 of 35
    "0303": "100.00",  # (a, 10), (b, 19), (c, 5), (a, 200)
    "0304": "75.00",  # 2 is twice
    "0305": "85.71",  # 5 lines, one broken, and the 2 of the other table: 6 of 7
    "0401": "66.67",  # 3 rows comparable, 20 is not 19
    "0402": "75.00",  # c is unknown to kinds
    "0501": "75.00",  # 20 November is before the period
    "0502": "100.00",  # newest that is not in the future: the end of 22 November
    "0503": "66.67",  # 3 rows with both dates, one ended before it began
    "0601": "99.50",
    "0602": "100.00",
}


def files(folder):
    (folder / "t.csv").write_text(CSV)
    (folder / "kinds.csv").write_text("kind\na\nb\n")
    return {name: folder / name for name in ("t.csv", "kinds.csv")}


def test_every_indicator_by_hand(tmp_path):
    contract = read(parse(CONTRACT.encode()))
    assert isinstance(contract, Contract), contract
    given = {"0601": Measured(200, 1, "probe"), "0602": Measured(24, 0, "probe")}
    card = score(contract, files(tmp_path), as_of=AS_OF, policy=RULES, measured=given)
    assert {code: i.score for code, i in card.indicators.items()} == BY_HAND
    assert set(BY_HAND) == {i.code for i in INDICATORS}
    assert {c.id: c.met for c in card.checks if c.threshold and c.id in ("same", "rows")} == {
        "same": True,
        "rows": False,
    }
    assert {code: d.score for code, d in card.dimensions.items()} == {
        "normativity": "84.44",  # (66.66… + 100 + 90 + 100 + 75 + 75) / 6
        "completeness": "68.75",
        "accuracy": "86.00",  # (75 + 94.2857… + 100 + 75 + 85.7142…) / 5
        "consistency": "70.83",  # (66.66… + 75) / 2
        "timeliness": "80.56",  # (75 + 100 + 66.66…) / 3
        "accessibility": "99.75",
    }
    # .18 (84.4444 + 68.75 + 86) + .16 (70.8333 + 80.5555) + .14 * 99.75
    assert card.score == "81.24"


def mutated(value, chance: random.Random, pool: list):
    """The same document with one place in eight replaced by something from another place, or by junk."""
    if chance.random() < 0.02:
        return chance.choice(pool)
    if isinstance(value, dict):
        return {
            (chance.choice(WORDS) if chance.random() < 0.01 else k): mutated(v, chance, pool) for k, v in value.items()
        }
    if isinstance(value, list):
        return [mutated(v, chance, pool) for v in value]
    return value


WORDS = ["name", "type", "", "unique", "enum", "x" * 300, "required", "\x00", "quality"]
JUNK = [
    None,
    -1,
    10**30,
    1e308,
    "",
    "(",
    "SELECT",
    [],
    {},
    [[]],
    True,
    "2026-13-45",
    "\ud800",
    "a.b.c",
    {"a": {"b": []}},
]


@pytest.mark.slow
def test_two_thousand_mutated_contracts(tmp_path):
    """No mutation of a contract does more than a list of faults, and none takes long."""
    given, chance, outcomes = files(tmp_path), random.Random(36344), {"faults": 0, "read": 0}
    sound = parse(CONTRACT.encode())
    pool = [
        *JUNK,
        *sound["schema"],
        *sound["schema"][0]["properties"],
        *sound["schema"][0]["quality"],
        "t",
        "id",
        "code",
    ]
    for number in range(2000):
        began = time.process_time()
        found = read({key: mutated(value, chance, pool) for key, value in sound.items()})
        outcomes["read" if isinstance(found, Contract) else "faults"] += 1
        if isinstance(found, Contract) and number % 4 == 0:
            with contextlib.suppress(DomainError):
                score(found, given, as_of=AS_OF, policy=RULES)
        assert time.process_time() - began < 5
    assert min(outcomes.values()) > 50


@pytest.mark.slow
def test_two_thousand_mutated_texts_of_contracts():
    """Bytes that are no YAML any more are refused with their place."""
    chance, refused = random.Random(3), 0
    for _ in range(2000):
        raw = bytearray(CONTRACT.encode())
        for _ in range(chance.randint(1, 3)):
            raw[chance.randrange(len(raw))] = chance.randrange(256)
        try:
            read(parse(bytes(raw)))
        except UnreadableContractError as error:
            refused += bool(error.fault.message.en)
    assert refused > 50
