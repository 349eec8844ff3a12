"""Bodies that are no JSON of ours, named on the route that takes or gives them."""

from typing import Any, Final

BINARY: Final = {"type": "string", "format": "binary"}
TEXT: Final = {"type": "string"}
OBJECT: Final = {"type": "object", "additionalProperties": True}
ANY_FILE: Final = "*/*"


def takes(*media: str) -> dict[str, Any]:
    """The body of a route is a file of one of these types, and is read as it is."""
    return {"takes": media}


def gives(*media: str) -> dict[str, Any]:
    """The answer of a route is of one of these types."""
    return {"gives": media}


def schema_of(media: str) -> dict[str, Any]:
    """What a body of a type is, for those who generate clients."""
    if media == "application/json" or media.endswith("+json"):
        return dict(OBJECT)
    return dict(TEXT if media.startswith("text/") and media != "text/csv" else BINARY)
