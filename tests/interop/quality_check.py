"""Outside readers of quality results, in an environment of their own.

python quality_check.py dqv|openlineage|odcs|pycanon FILE.json
"""

import json
import sys
import typing
from pathlib import Path
from typing import Any

SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix dqv: <http://www.w3.org/ns/dqv#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
[] a sh:NodeShape ; sh:targetClass dqv:QualityMeasurement ;
  sh:property [ sh:path dqv:isMeasurementOf ; sh:class dqv:Metric ; sh:minCount 1 ; sh:maxCount 1 ] ,
    [ sh:path dqv:computedOn ; sh:class dcat:Dataset ; sh:minCount 1 ; sh:maxCount 1 ] ,
    [ sh:path dqv:value ; sh:nodeKind sh:Literal ; sh:minCount 1 ; sh:maxCount 1 ] ,
    [ sh:path prov:generatedAtTime ; sh:datatype xsd:dateTime ; sh:minCount 1 ] ;
  sh:sparql [ sh:prefixes <urn:p> ; sh:message "value is not of the metric's type" ; sh:select '''
    SELECT $this WHERE { $this <http://www.w3.org/ns/dqv#value> ?v ; <http://www.w3.org/ns/dqv#isMeasurementOf> ?m .
      ?m <http://www.w3.org/ns/dqv#expectedDataType> ?t . FILTER(datatype(?v) != ?t) }''' ] .
[] a sh:NodeShape ; sh:targetClass dqv:Metric ;
  sh:property [ sh:path dqv:inDimension ; sh:class dqv:Dimension ; sh:minCount 1 ; sh:maxCount 1 ] ,
    [ sh:path dqv:expectedDataType ; sh:minCount 1 ; sh:maxCount 1 ] .
[] a sh:NodeShape ; sh:targetClass dqv:Dimension ;
  sh:property [ sh:path skos:prefLabel ; sh:minCount 1 ; sh:uniqueLang true ] .
[] a sh:NodeShape ; sh:targetClass dcat:Dataset ;
  sh:property [ sh:path dqv:hasQualityMeasurement ; sh:class dqv:QualityMeasurement ; sh:minCount 1 ] .
"""
"""What the DQV note (W3C, December 2016) says of its classes, as SHACL."""


def dqv(document: Any) -> None:
    """rdflib parses the JSON-LD, pyshacl validates the graph."""
    import pyshacl
    import rdflib

    graph = rdflib.Graph().parse(data=json.dumps(document), format="json-ld")
    assert len(graph) > 50, "too few triples"
    conforms, _, told = pyshacl.validate(graph, shacl_graph=rdflib.Graph().parse(data=SHAPES), advanced=True)
    assert conforms, told


def openlineage(document: Any) -> None:
    """openlineage-python's own classes take every facet, each field of the type that it is declared with."""
    from openlineage.client.generated import data_quality_assertions_dataset as assertions
    from openlineage.client.generated import data_quality_metrics_input_dataset as metrics
    from typeguard import check_type

    def built(kind: Any, given: dict[str, Any]) -> Any:
        made, hints = kind(**given), typing.get_type_hints(kind)
        for name, value in given.items():
            check_type(value, hints[name])
        return made

    for facets in document.values():
        facet = dict(facets["dataQualityAssertions"])
        assert facet.pop("_schemaURL") == assertions.DataQualityAssertionsDatasetFacet._get_schema()
        assert facet.pop("_producer")
        made = [built(assertions.Assertion, each) for each in facet.pop("assertions")]
        assert made
        assertions.DataQualityAssertionsDatasetFacet(assertions=made, **facet)
        facet = dict(facets["dataQualityMetrics"])
        assert facet.pop("_schemaURL") == metrics.DataQualityMetricsInputDatasetFacet._get_schema()
        assert facet.pop("_producer")
        columns = {name: built(metrics.ColumnMetrics, each) for name, each in facet.pop("columnMetrics").items()}
        check_type(facet, dict[str, int])
        metrics.DataQualityMetricsInputDatasetFacet(columnMetrics=columns, **facet)


def odcs(document: Any) -> None:
    """datacontract-cli's own model of a run takes the results and draws the same conclusion."""
    from datacontract.model.run import Run

    run = Run.model_validate(document)
    stated = run.result
    run.calculate_result()
    assert run.result == stated, f"{stated} is stated, {run.result} follows"


def pycanon(document: Any) -> None:
    """PyCANON counts k, l and t of the same rows."""
    import pandas as pd
    from pycanon import anonymity

    for case in document:
        rows, quasi, sensitive = pd.DataFrame(case["rows"]), case["quasi"], case["sensitive"]
        found = {
            "k": anonymity.k_anonymity(rows, quasi),
            "l": anonymity.l_diversity(rows, quasi, [sensitive]),
            "t": round(float(anonymity.t_closeness(rows, quasi, [sensitive])), 4),
        }
        assert found == case["ours"], f"{found} and not {case['ours']}"


CHECKS = {"dqv": dqv, "openlineage": openlineage, "odcs": odcs, "pycanon": pycanon}

if __name__ == "__main__":
    try:
        CHECKS[sys.argv[1]](json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")))
    except Exception as refused:
        print(f"REFUSED: {type(refused).__name__}: {str(refused)[:600]}")
        sys.exit(1)
    print("VERIFIED")
