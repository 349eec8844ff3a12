"""The protocol's messages as they are written; pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from kernel.errors import FieldError
from market.dataspace.messages.kinds import Kind
from market.dataspace.messages.shapes import CONTEXT, REASONS_MAX

CATALOG_ERROR: Final = "CatalogError"
NEGOTIATION: Final = "ContractNegotiation"
NEGOTIATION_ERROR: Final = "ContractNegotiationError"
TRANSFER: Final = "TransferProcess"
TRANSFER_ERROR: Final = "TransferError"

HTTP_DATA: Final = "https://w3id.org/idsa/v4.1/HTTP"
PULL: Final = "HttpData-PULL"


def message(kind: Kind, message_id: str, **fields: Any) -> dict[str, Any]:
    """A message with its name; what is None or empty is left out, since the schemas refuse empty lists."""
    known = {name: value for name, value in fields.items() if value not in (None, [], {})}
    return {"@context": [CONTEXT], "@id": message_id, "@type": str(kind), **known}


def process(kind: str, provider_pid: str, consumer_pid: str, state: str) -> dict[str, Any]:
    """The state of a process: the answer to whoever asks for it, and to each message."""
    return {
        "@context": [CONTEXT],
        "@type": kind,
        "providerPid": provider_pid,
        "consumerPid": consumer_pid,
        "state": state.upper(),
    }


def reasons(text: str, faults: Sequence[FieldError] = ()) -> list[str]:
    """Why something is refused: the refusal in both languages, then each fault with its place."""
    each = [f"{one.pointer or '/'}: {one.detail.en}" for one in faults]
    return [text, *each][:REASONS_MAX]


def error(kind: str, code: str, why: Sequence[str], pids: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A refusal in the protocol's shape; errors of processes name both ends of it, as far as the sender did."""
    known = pids or {}
    both = {} if kind == CATALOG_ERROR else {name: _pid(known.get(name)) for name in ("providerPid", "consumerPid")}
    return {"@context": [CONTEXT], "@type": kind, **both, "code": code, "reason": list(why)}


def _pid(value: Any) -> str:
    return value if isinstance(value, str) and 0 < len(value) <= 400 else "urn:liutong:unknown"


def data_address(endpoint: str, token: str | None) -> dict[str, Any]:
    """Where the data is fetched, and with which token."""
    properties = [("authorization", token), ("authType", "bearer")] if token is not None else []
    return {
        "@type": "DataAddress",
        "endpointType": HTTP_DATA,
        "endpoint": endpoint,
        **(
            {
                "endpointProperties": [
                    {"@type": "EndpointProperty", "name": name, "value": value} for name, value in properties
                ]
            }
            if properties
            else {}
        ),
    }
