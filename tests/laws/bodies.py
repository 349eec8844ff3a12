"""Bodies that a route takes, made from the published description: enough to get past reading and to the object."""

import re
from typing import Any, Final

from tests.rights.title.story import terms
from tests.valuation.makers import CONTRACT
from tests.valuation.quality.desensitisation.test_treat import PLAN

_BY_PATTERN = {"^[A-Z]{3}": "CNY", "^\\d{4}-\\d{2}-\\d{2}": "2026-11-23", "sha256": "sha256:" + "0" * 64}


def example(schema: dict[str, Any], spec: dict[str, Any], depth: int = 0) -> Any:
    """The smallest value that a schema takes, as far as the schema says."""
    if "$ref" in schema:
        return example(spec["components"]["schemas"][schema["$ref"].rpartition("/")[2]], spec, depth + 1)
    for key in ("oneOf", "anyOf"):
        if key in schema:
            one = next((each for each in schema[key] if each.get("type") != "null"), schema[key][0])
            return example(one, spec, depth + 1)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("examples"):
        given = schema["examples"]
        return given[0] if isinstance(given, list) else next(iter(given.values()))
    kind = schema.get("type")
    kind = next((each for each in kind if each != "null"), "null") if isinstance(kind, list) else kind
    if kind == "object" or "properties" in schema:
        return _object(schema, spec, depth)
    if kind == "array":
        return [example(schema.get("items", {}), spec, depth + 1) for _ in range(schema.get("minItems", 0))]
    if kind in ("integer", "number"):
        return max(schema.get("minimum", 1), 1)
    return False if kind == "boolean" else _text(schema)


def _object(schema: dict[str, Any], spec: dict[str, Any], depth: int) -> dict[str, Any]:
    made = {name: example(schema["properties"][name], spec, depth + 1) for name in schema.get("required", [])}
    more = schema.get("additionalProperties")
    return {"x": example(more, spec, depth + 1)} if isinstance(more, dict) and "$ref" in more and not made else made


def _text(schema: dict[str, Any]) -> str:
    if schema.get("format") == "date":
        return "2026-11-23"
    if schema.get("format") == "date-time":
        return "2026-11-23T00:00:00Z"
    pattern = str(schema.get("pattern", ""))
    if named := re.match(r"\^([a-z]{3}_)", pattern):
        return named[1] + "0" * 26
    fitting = next((value for known, value in _BY_PATTERN.items() if known in pattern), None)
    return fitting or ("1" if "0-9" in pattern or "\\d" in pattern else "x" * max(schema.get("minLength", 1), 10))


_PARTY: Final = "pty_" + "0" * 26
_TERMS: Final = {
    "form": "2026-11",
    "model": "provision",
    "provider": _PARTY,
    "price": {"kind": "free"},
    "delivery": "files",
    "policy": {
        "vocabulary": "2026-11",
        "asset": "ast_" + "0" * 26,
        "permissions": [
            {
                "id": "licence",
                "actions": ["use"],
                "purposes": ["research"],
                "territory": ["CN"],
                "environments": ["open"],
                "recipients": ["anyone"],
            }
        ],
    },
}

BODIES: Final[dict[str, Any]] = {
    "POST /v1/agreements/{agreement_id}/amendments": {"terms": _TERMS, "reason": "x"},
    "POST /v1/agreements/{agreement_id}/renewals": {"terms": _TERMS},
    "POST /v1/orders/{order_id}/program-runs": {"program": "x", "results": ["totals.csv"]},
    "POST /v1/listings/{listing_id}/offers": {
        "title_zh": "要约",
        "title_en": "Offer",
        "terms": _TERMS,
        "expires_at": "2026-12-23T00:00:00Z",
    },
    "POST /v1/quotation-requests/{rfq_id}/quotes": {"terms": _TERMS},
    "POST /v1/quotes/{quote_id}/revisions": {"terms": _TERMS},
    "POST /v1/negotiations/{negotiation_id}/rounds": {"terms": _TERMS},
    "POST /v1/assets/{asset_id}/quality-runs": {"contract": CONTRACT},
    "POST /v1/assets/{asset_id}/third-party-tests": {
        "contract": CONTRACT,
        "tester": "pty_" + "0" * 26,
        "purpose": "listing",
    },
    "POST /v1/assets/{asset_id}/desensitisations": {"plan": PLAN},
    "POST /v1/assets/{asset_id}/classification": {
        "items": [{"name": "x", "impacts": {"organisation-or-individual": "ordinary"}}],
        "personal": "none",
    },
    "POST /v1/assets/{asset_id}/grants": {"grantee_id": "pty_" + "0" * 26, "terms": terms()},
    "POST /v1/appraisals/{appraisal_id}/simulation": {
        "distributions": {"x": {"kind": "uniform", "parameters": ["0.04", "0.06"]}},
        "seed": 7,
    },
    "POST /v1/assets/{asset_id}/title/check": {"act": "exercise", "wanted": terms()},
}
"""What the description alone does not say, by route."""
