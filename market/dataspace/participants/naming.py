"""Addresses and names of participants, their version document and DID document; pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from market.dataspace.messages.shapes import VERSION

WELL_KNOWN: Final = "/.well-known/dspace-version"


def root(public_url: str, participant: str) -> str:
    """The address under which everything of a participant stands."""
    return f"{public_url.rstrip('/')}/dsp/{participant}"


def base(public_url: str, participant: str) -> str:
    """Where the protocol is spoken with a participant: its callback address too."""
    return f"{root(public_url, participant)}/{VERSION}"


def did(public_url: str, participant: str) -> str:
    """The participant's identifier (did:web with a path)."""
    parts = urlsplit(root(public_url, participant))
    return ":".join(["did:web", parts.netloc.replace(":", "%3A"), *parts.path.strip("/").split("/")])


def key_name(public_url: str, participant: str, key_id: str) -> str:
    """The name of a key in the participant's DID document."""
    return f"{did(public_url, participant)}#{key_id}"


def versions(path: str, service_id: str) -> dict[str, Any]:
    """The version document: one version, spoken at `path` below the root."""
    version = {
        "version": VERSION,
        "path": path,
        "binding": "HTTPS",
        "serviceId": service_id,
        "identifierType": "did:web",
    }
    return {"protocolVersions": [version]}


def did_document(
    public_url: str,
    participant: str,
    keys: Sequence[tuple[str, str]],
    connector_keys: Sequence[tuple[str, Mapping[str, Any]]] = (),
) -> dict[str, Any]:
    """The DID document with the party's registered signing keys, each (id, multibase), and its services.

    The keys that sign its connector's tokens, each (id, JWK), stand under `capabilityInvocation` (DCP 1.0) and under
    `authentication`; what a party signs is not signed with them, so that they are no assertion methods.
    """
    name, at = did(public_url, participant), root(public_url, participant)
    asserting = [
        {"id": f"{name}#{key_id}", "type": "Multikey", "controller": name, "publicKeyMultibase": key}
        for key_id, key in keys
    ]
    invoking = [
        {"id": f"{name}#{key_id}", "type": "JsonWebKey2020", "controller": name, "publicKeyJwk": dict(key)}
        for key_id, key in connector_keys
    ]
    uses = {
        "verificationMethod": [*asserting, *invoking],
        "assertionMethod": [one["id"] for one in asserting],
        "authentication": [one["id"] for one in invoking],
        "capabilityInvocation": [one["id"] for one in invoking],
    }
    services = [("DataService", f"{at}{WELL_KNOWN}"), ("CatalogService", f"{base(public_url, participant)}/catalog")]
    contexts = ["https://w3id.org/security/suites/jws-2020/v1"] if invoking else []
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1", *contexts],
        "id": name,
        **{use: listed for use, listed in uses.items() if listed},
        "service": [{"id": f"{name}#{kind}", "type": kind, "serviceEndpoint": endpoint} for kind, endpoint in services],
    }


def same_origin(one: str, other: str) -> bool:
    """Whether two addresses are of one scheme, host and port: a token goes nowhere else."""
    return _origin(one) == _origin(other)


def _origin(address: str) -> tuple[str, str | None, int]:
    parts = urlsplit(address)
    return parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)
