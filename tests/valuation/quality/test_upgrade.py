"""An old contract in today's words promises the same."""

import msgspec
from click.testing import CliRunner

from centre.cli import main
from valuation.quality.contract.contract import Contract
from valuation.quality.contract.reader import read
from valuation.quality.contract.text import parse
from valuation.quality.contract.upgrade import upgraded

OLD = """
apiVersion: v3.0.2
kind: DataContract
id: old
version: 1.0.0
status: active
team: [{username: a}]
price: {priceAmount: 12.5, priceCurrency: CNY, priceUnit: GB}
schema:
  - name: t
    properties:
      - name: at
        logicalType: date
        logicalTypeOptions: {format: 'yyyy-MM-dd HH:mm:ss'}
      - name: b
        logicalType: string
        enum: [x]
        quality:
          - {rule: duplicateCount, mustBe: 0}
          - {rule: validValues, validValues: [x, y]}
          - {type: sql, dialect: mysql, query: "SELECT COUNT(*) FROM {object} WHERE `b` = 'x'", mustBe: 0}
      - name: tags
        logicalType: array
        items: {logicalType: string, enum: [p]}
"""


def test_the_same_promises_in_today_s_words():
    document = parse(OLD.encode())
    given = msgspec.json.encode(document)
    found = read(upgraded(document))
    assert isinstance(found, Contract), found
    assert msgspec.json.encode(document) == given  # The document itself stays as it was written.
    assert found.api_version == "v3.2.0"
    kinds = sorted(rule.kind for rule in found.object("t").rules if rule.columns == ("b",))
    assert kinds == ["expression", "set", "set", "type", "unique"]
    assert found.object("t").property("at").logical_type == "timestamp"
    assert found.raw["team"] == {"members": [{"username": "a"}]}
    assert upgraded(upgraded(document)) == upgraded(document)


def test_the_command_writes_yaml_and_refuses_what_it_does_not_understand(tmp_path):
    (tmp_path / "old.yaml").write_text(OLD)
    (tmp_path / "bad.yaml").write_text(OLD.replace("DataContract", "Contract"))
    bad = CliRunner().invoke(main, ["contract", "upgrade", str(tmp_path / "bad.yaml")])
    assert (bad.exit_code, bad.stdout) == (2, "")
    assert "bad.yaml:3:1: /kind" in bad.stderr
    done = CliRunner().invoke(main, ["contract", "upgrade", str(tmp_path / "old.yaml")])
    assert done.exit_code == 0
    assert isinstance(read(parse(done.stdout.encode())), Contract)


def test_a_price_is_an_amount_with_a_currency():
    document = parse(OLD.encode()) | {"price": {"priceAmount": -1, "priceCurrency": "yuan", "per": "GB"}}
    found = read(document)
    assert isinstance(found, list)
    assert {"/price/priceAmount", "/price/priceCurrency", "/price/per"} <= {fault.path for fault in found}
