"""Quality results before readers that others wrote: DQV, OpenLineage, ODCS results, and PyCANON on k, l and t."""

import copy
import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from tests.interop.stand import HERE, Bench, environment
from tests.kernel.documents import material
from tests.valuation.makers import CONTRACT, ORDERS, SHOPS
from valuation.quality.contract.contract import Contract
from valuation.quality.contract.reader import read
from valuation.quality.policy import policies
from valuation.quality.scoring import exports
from valuation.quality.scoring.score import score

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
RUN = "qrn_01m81bt10je2ss1baazacfejms"
SCRIPT = HERE / "quality_check.py"
Change = tuple[str, Callable[[Any], None]]


def card(folder: Path, frames: dict[str, pl.DataFrame], document: dict[str, Any]) -> dict[str, Any]:
    """The body of a scorecard of these tables."""
    contract, paths = read(document), {}
    assert isinstance(contract, Contract)
    for name, frame in frames.items():
        paths[f"{name}.parquet"] = folder / f"{name}.parquet"
        frame.write_parquet(paths[f"{name}.parquet"])
    body: dict[str, Any] = msgspec.to_builtins(score(contract, paths, as_of=AT, policy=policies().versions[-1]))
    return body


def _put(bench: Bench, python: Path, kind: str, good: Any, changes: list[Change]) -> None:
    """The true document must be taken, and every altered one refused."""
    path = material.save(bench.folder / f"{kind}.json", good)
    bench.expect(kind, True, [python, SCRIPT, kind, path])
    for number, (name, change) in enumerate(changes):
        bent = copy.deepcopy(good)
        change(bent)
        path = material.save(bench.folder / f"{kind}-{number}.json", bent)
        bench.expect(name, False, [python, SCRIPT, kind, path], said="VERIFIED")


def _node(document: Any, kind: str) -> Any:
    return next(node for node in document["@graph"] if node["@type"] == kind)


def dqv(bench: Bench) -> None:
    """PyPI rdflib and pyshacl: the graph and its shapes."""
    python = environment(bench.folder / "rdf", "pyshacl==0.40.1")
    body = card(bench.folder, {"orders": ORDERS, "shops": SHOPS}, CONTRACT)
    changes: list[Change] = [
        ("a measurement of nothing", lambda d: _node(d, "dqv:QualityMeasurement").pop("dqv:computedOn")),
        ("a metric without a dimension", lambda d: _node(d, "dqv:Metric").pop("dqv:inDimension")),
        ("a value of another type", lambda d: _node(d, "dqv:QualityMeasurement").update({"dqv:value": "good"})),
        ("a dimension without a name", lambda d: _node(d, "dqv:Dimension").pop("skos:prefLabel")),
    ]
    _put(bench, python, "dqv", exports.dqv(body, "https://centre.example/v1/assets/a", AT.isoformat()), changes)


def openlineage(bench: Bench) -> None:
    """PyPI openlineage-python: the classes that it generates from the published schemas."""
    python = environment(bench.folder / "openlineage", "openlineage-python==1.54.0", "typeguard==4.5.2")
    body = card(bench.folder, {"orders": ORDERS, "shops": SHOPS}, CONTRACT)
    changes: list[Change] = [
        ("a word for a truth", lambda d: d["orders"]["dataQualityAssertions"]["assertions"][0].update(success="yes")),
        ("an unknown field", lambda d: d["orders"]["dataQualityAssertions"]["assertions"][0].update(colour="red")),
        ("no assertion named", lambda d: d["orders"]["dataQualityAssertions"]["assertions"][0].pop("assertion")),
        ("a count that is a text", lambda d: d["shops"]["dataQualityMetrics"].update(rowCount="4")),
        ("another schema", lambda d: d["shops"]["dataQualityMetrics"].update(_schemaURL="https://example.org/x")),
    ]
    _put(bench, python, "openlineage", exports.openlineage(body, "https://centre.example"), changes)


def odcs(bench: Bench) -> None:
    """PyPI datacontract-cli: its own model of a run."""
    python = environment(
        bench.folder / "datacontract", "pydantic-settings", "pyyaml", "--no-deps", "datacontract-cli==1.2.8"
    )
    body = card(bench.folder, {"orders": ORDERS, "shops": SHOPS}, CONTRACT)
    changes: list[Change] = [
        ("a run that is no UUID", lambda d: d.update(runId=RUN)),
        ("another conclusion", lambda d: d.update(result="passed")),
        ("a result that is none", lambda d: d["checks"][0].update(result="good")),
        ("a check without a kind", lambda d: d["checks"][0].pop("type")),
        ("no moment", lambda d: d.pop("timestampEnd")),
    ]
    _put(bench, python, "odcs", exports.odcs(body, RUN, AT.isoformat()), changes)


def pycanon(bench: Bench) -> None:
    """PyPI pycanon: the same k, l and t on thirty tables of random people."""
    python = environment(bench.folder / "pycanon", "pycanon==1.3.6")
    cases = [_people(bench.folder, seed) for seed in range(30)]
    changes: list[Change] = [
        ("another k", lambda d: d[3]["ours"].update(k=d[3]["ours"]["k"] + 1)),
        ("another l", lambda d: d[4]["ours"].update(l=d[4]["ours"]["l"] + 1)),
        ("another t", lambda d: d[5]["ours"].update(t=d[5]["ours"]["t"] + 0.01)),
    ]
    _put(bench, python, "pycanon", cases, changes)


def _people(folder: Path, seed: int) -> dict[str, Any]:
    """A random table with what we count of it."""
    made = random.Random(seed)
    size = made.randint(20, 400)
    rows = {
        "district": [made.choice("abc") for _ in range(size)],
        "decade": [made.choice(["1960", "1970", "1980"]) for _ in range(size)],
        "illness": [made.choice(["flu", "cold", "gout", "none"][: made.randint(2, 4)]) for _ in range(size)],
    }
    custom = [{"property": "privacy", "value": "quasi-identifier"}], [{"property": "privacy", "value": "sensitive"}]
    properties = [
        {"name": name, "logicalType": "string", "customProperties": custom[name == "illness"]} for name in rows
    ]
    document: dict[str, Any] = {"apiVersion": "v3.1.0", "kind": "DataContract", "id": "p", "version": "1"}
    place = folder / f"people-{seed}"
    place.mkdir()
    document["schema"] = [{"name": "people", "properties": properties}]
    body = card(place, {"people": pl.DataFrame(rows)}, document)
    told = body["privacy"]["people"]
    (sensitive,) = told["sensitive"]
    ours = {"k": told["anonymity"], "l": sensitive["diversity"], "t": float(sensitive["closeness"])}
    return {"rows": rows, "quasi": ["district", "decade"], "sensitive": "illness", "ours": ours}
