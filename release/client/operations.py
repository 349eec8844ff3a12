"""The client's table of operations: for each of the description its method, path, parameters, body and answer."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from release.client.annotations import Annotations, referred

HEAD: Final = '''"""Every operation of the API.

Generated from docs/openapi.json by `python -m release.client`: never edited.
"""

from typing import Any, Final

from liutong_client import models as m
from liutong_client.calls import ListOperation, Operation
'''

FOOT: Final = '''
BY_ID: Final[dict[str, Operation[Any]]] = {
    each.id: each for each in list(globals().values()) if isinstance(each, Operation)
}
"""Every operation by its id in the description."""
'''


def written(description: Mapping[str, Any]) -> str:
    """The module of operations, not yet formatted."""
    schemas = description["components"]["schemas"]
    annotations = Annotations(schemas, prefix="m.")
    made = {
        operation["operationId"]: _operation(method.upper(), path, operation, annotations, schemas)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    }
    return HEAD + "\n" + "\n".join(made[name] for name in sorted(made)) + "\n" + FOOT


def _operation(
    method: str, path: str, operation: Mapping[str, Any], annotations: Annotations, schemas: Mapping[str, Any]
) -> str:
    name, parameters = operation["operationId"], operation.get("parameters", [])
    result, media = _answer(operation, annotations)
    item = _item(operation, annotations, schemas) if any(each["name"] == "cursor" for each in parameters) else None
    words = [f'"{name}"', f'"{method}"', f'"{path}"', result, *([item] if item else [])]
    query = [each["name"] for each in parameters if each["in"] == "query"]
    if query:
        words.append(f"query={_tuple(query)}")
    if needed := [each["name"] for each in parameters if each["in"] == "query" and each.get("required")]:
        words.append(f"needed={_tuple(needed)}")
    words += _body(operation)
    if any(each["name"].lower() == "idempotency-key" for each in parameters):
        words.append("keyed=True")
    if media != ("application/json",):
        words.append(f"media={_tuple(media)}")
    return f"{name}: Final = {'ListOperation' if item else 'Operation'}({', '.join(words)})"


def _tuple(words: Sequence[str]) -> str:
    """A tuple in one line where it fits: a comma at its end would spread it."""
    return repr(tuple(words))


def _answer(operation: Mapping[str, Any], annotations: Annotations) -> tuple[str, tuple[str, ...]]:
    """What a successful answer is read as, and the forms it may have: one form of JSON is read, all else is bytes."""
    answers = [each for status, each in operation["responses"].items() if status.startswith("2")]
    content = {form: each for answer in answers for form, each in answer.get("content", {}).items()}
    media = tuple(content)
    if not media:
        return "type(None)", ()
    if len(media) == 1 and (media[0] == "application/json" or media[0].endswith("+json")):
        return annotations.of(content[media[0]].get("schema", {}), answer=True), media
    return ("str" if media == ("text/plain",) else "bytes"), media


def _item(operation: Mapping[str, Any], annotations: Annotations, schemas: Mapping[str, Any]) -> str | None:
    """What a page lists, where the answer is a page."""
    page = next(iter(referred(operation["responses"].get("200", {}))), None)
    members = schemas[page].get("properties", {}) if page else {}
    if not {"items", "next"} <= members.keys():
        return None
    return annotations.of(members["items"]["items"], answer=True)


def _body(operation: Mapping[str, Any]) -> list[str]:
    content = operation.get("requestBody", {}).get("content", {})
    if not content:
        return []
    schema = content.get("application/json", {}).get("schema")
    if schema is None or len(content) > 1:
        return ["body=(bytes,)"]
    kinds = [f"m.{name}" for name in referred(schema)] if "$ref" in schema or "oneOf" in schema else ["dict"]
    return [f"body=({', '.join(kinds)}{',' if len(kinds) == 1 else ''})"]
