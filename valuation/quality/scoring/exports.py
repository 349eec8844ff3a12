"""A scorecard in the words of others: W3C Data Quality Vocabulary, OpenLineage facets, ODCS test results."""

from collections.abc import Mapping
from typing import Any

from kernel import ids

_DQV_CONTEXT = {
    "dqv": "http://www.w3.org/ns/dqv#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "prov": "http://www.w3.org/ns/prov#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_FACETS = "https://openlineage.io/spec/facets"
_ASSERTIONS, _METRICS = "DataQualityAssertionsDatasetFacet", "DataQualityMetricsInputDatasetFacet"

Body = Mapping[str, Any]


def dqv(body: Body, dataset: str, at: str) -> dict[str, Any]:
    """W3C DQV (Note of December 2016) as JSON-LD: one measurement per assessed indicator and per check."""
    base = f"{dataset}#quality"
    measured = [
        (f"{base}-{code}", i["name"], i["dimension"], i["score"])
        for code, i in body["indicators"].items()
        if i["score"]
    ]
    graph: list[dict[str, Any]] = [
        {
            "@id": f"{base}-dimension-{code}",
            "@type": "dqv:Dimension",
            "skos:prefLabel": _labels(dimension["name"]),
            "skos:inScheme": {"@id": f"urn:std:{body['standard'].replace(' ', '')}"},
        }
        for code, dimension in body["dimensions"].items()
    ]
    for number, (metric, name, dimension, score) in enumerate(measured):
        graph.append(
            {
                "@id": metric,
                "@type": "dqv:Metric",
                "skos:prefLabel": _labels(name),
                "dqv:expectedDataType": {"@id": "xsd:decimal"},
                "dqv:inDimension": {"@id": f"{base}-dimension-{dimension}"},
            }
        )
        graph.append(_measurement(f"{base}-measurement-{number}", metric, dataset, score, at))
    for number, check in enumerate(body["checks"]):
        metric = f"{base}-check-{number}"
        graph.append(
            {
                "@id": metric,
                "@type": "dqv:Metric",
                "dcterms:identifier": check["id"],
                "dqv:expectedDataType": {"@id": "xsd:integer"},
                "dqv:inDimension": {"@id": f"{base}-dimension-{check['dimension']}"},
            }
        )
        graph.append(_measurement(f"{metric}-failed", metric, dataset, check["failed"], at))
    made = [{"@id": node["@id"]} for node in graph if node["@type"] == "dqv:QualityMeasurement"]
    graph.append({"@id": dataset, "@type": "dcat:Dataset", "dqv:hasQualityMeasurement": made})
    return {"@context": _DQV_CONTEXT, "@graph": graph}


def _labels(name: Body) -> list[dict[str, str]]:
    return [{"@value": name[lang], "@language": lang} for lang in ("zh", "en")]


def _measurement(name: str, metric: str, dataset: str, value: str | int, at: str) -> dict[str, Any]:
    kind = "xsd:integer" if isinstance(value, int) else "xsd:decimal"
    return {
        "@id": name,
        "@type": "dqv:QualityMeasurement",
        "dqv:isMeasurementOf": {"@id": metric},
        "dqv:computedOn": {"@id": dataset},
        "dqv:value": {"@value": str(value), "@type": kind},
        "prov:generatedAtTime": {"@value": at, "@type": "xsd:dateTime"},
    }


def openlineage(body: Body, producer: str) -> dict[str, Any]:
    """OpenLineage dataset facets by object: DataQualityAssertions and DataQualityMetrics."""
    found: dict[str, Any] = {}
    for file in body["files"]:
        own = [check for check in body["checks"] if check["object"] == file["object"]]
        columns = {column["column"]: _column(column) for column in body["profile"][file["object"]]}
        found[file["object"]] = {
            "dataQualityAssertions": {
                "_producer": producer,
                "_schemaURL": f"{_FACETS}/1-1-0/{_ASSERTIONS}.json#/$defs/{_ASSERTIONS}",
                "assertions": [_assertion(check) for check in own],
            },
            "dataQualityMetrics": {
                "_producer": producer,
                "_schemaURL": f"{_FACETS}/1-0-3/{_METRICS}.json#/$defs/{_METRICS}",
                "rowCount": file["rows"],
                "bytes": file["size_bytes"],
                "columnMetrics": columns,
            },
        }
    return found


def _column(column: Body) -> dict[str, Any]:
    """The numbers of a column; extremes and quantiles only where they are numbers, which masked ones are not."""
    found: dict[str, Any] = {"nullCount": column["null_count"]}
    if column["distinct_estimate"] is not None:
        found["distinctCount"] = column["distinct_estimate"]
    extremes = {"min": column["minimum"], "max": column["maximum"]}
    found |= {name: value for name, value in extremes.items() if _is_number(value)}
    if quantiles := {q: value for q, value in (column.get("quantiles") or {}).items() if _is_number(value)}:
        found["quantiles"] = quantiles
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _assertion(check: Body) -> dict[str, Any]:
    single = check["column"] is not None and "+" not in check["column"]
    return {
        "assertion": check["kind"],
        "success": promise_kept(check),
        **({"column": check["column"]} if single else {}),
        "name": check["id"],
        "expected": check.get("threshold") or "0",
        "actual": str(check["failed"]),
    }


def promise_kept(check: Body) -> bool:
    """Say whether a check's promise is kept; scorecards of earlier releases told no threshold."""
    met: bool = check.get("met", check["failed"] == 0)
    return met


def odcs(body: Body, run: str, at: str) -> dict[str, Any]:
    """Results for users of ODCS, in the shape that datacontract-cli gives its runs, which tools already read.

    That shape wants a UUID for a run; it is the one that our id spells.
    """
    checks = [
        {
            "id": check["id"],
            "key": check["id"],
            "category": "quality",
            "type": check["kind"],
            "name": check["id"],
            "model": check["object"],
            "field": check["column"],
            "dimension": check["dimension"],
            "engine": "liutong",
            "result": "passed" if promise_kept(check) else "failed",
            "reason": f"{check['failed']} of {check['evaluated']} elements failed",
            "diagnostics": {
                "metric": check["kind"],
                "value": check["failed"],
                "threshold": check.get("threshold") or "= 0",
                "row_count": check["evaluated"],
            },
            "failedSamples": [
                {key: sample[key] for key in ("row", "value", "masked") if key in sample} for sample in check["samples"]
            ],
        }
        for check in body["checks"]
    ]
    return {
        "runId": str(ids.uuid_of(run)),
        "dataContractId": body["contract"]["id"],
        "dataContractVersion": body["contract"]["version"],
        "timestampStart": body["as_of"],
        "timestampEnd": at,
        "result": "passed" if all(check["result"] == "passed" for check in checks) else "failed",
        "checks": checks,
        "logs": [{"level": "INFO", "message": f"Liutong quality run {run}", "timestamp": at}],
    }
