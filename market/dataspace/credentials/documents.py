"""DID documents of the method did:web: where they are, and which key of one signs its subject's tokens; pure."""

import ipaddress
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote

import msgspec

from kernel.crypto import jwt
from kernel.text import Text
from kernel.webhooks.rules import url_fault

METHODS_MAX: Final = 100
_METHOD: Final = "did:web:"
_PART: Final = re.compile(r"[A-Za-z0-9._~-]+(%3[Aa][0-9]{1,5})?")
"""A part of the name: a host with its port, or a folder; nothing that could lead elsewhere once it is in an address."""

_NAME: Final = re.compile(r"[!-~]{1,400}")
_MEMBER: Final = re.compile(r"[A-Za-z0-9_-]{1,100}")

ONLY: Final = ""
"""The name of the key that signs tokens which name none."""


def address(did: str, *, sandbox: bool) -> str | None:
    """Where a did:web's document is; None for another name. The sandbox reads this machine's by plain http."""
    parts = did.removeprefix(_METHOD).split(":")
    if not did.startswith(_METHOD) or not all(_PART.fullmatch(part) for part in parts):
        return None
    if any("%" in part or set(part) == {"."} for part in parts[1:]):
        return None
    host = unquote(parts[0])
    scheme = "http" if sandbox and _is_this_machine(host.partition(":")[0]) else "https"
    path = "/".join(parts[1:]) or ".well-known"
    return f"{scheme}://{host}/{path}/did.json"


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def fault(did: str, *, sandbox: bool) -> Text | None:
    """Why a name's document could not be read from here; None where it may be."""
    where = address(did, sandbox=sandbox)
    if where is None:
        return Text("请给出 did:web 标识", "Give a did:web identifier")
    return url_fault(where, sandbox=sandbox)


def keys_of(body: bytes, did: str) -> dict[str, dict[str, str]] | None:
    """The keys by which a document's subject may sign its tokens, as JWK by their names; None for no document of it.

    They stand under `capabilityInvocation` (DCP 1.0); keys for other uses are left out. `ONLY` names the one that is
    meant where a token names none: the document's only one.
    """
    try:
        document = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if not isinstance(document, dict) or document.get("id") != did:
        return None
    invoking = _listed(document.get("capabilityInvocation"))
    methods = [one for one in _listed(document.get("verificationMethod")) if isinstance(one, Mapping)]
    named = {full_key_name(one.get("id") if isinstance(one, Mapping) else one, did) for one in invoking}
    known = [*methods, *(one for one in invoking if isinstance(one, Mapping))]
    names = [name for one in known if (name := full_key_name(one.get("id"), did)) in named and name]
    keys = {str(full_key_name(one.get("id"), did)): key for one in known if (key := _jwk(one)) is not None}
    found = {name: keys[name] for name in names if name in keys and names.count(name) == 1}
    only = full_key_name(methods[0].get("id"), did) if len(methods) == 1 else None
    return found | ({ONLY: found[only]} if only in found else {})


def full_key_name(name: Any, did: str) -> str | None:
    """A key's name with its subject's, which may be left out; None for what is no name."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        return None
    return f"{did}{name}" if name.startswith("#") else name


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) and len(value) <= METHODS_MAX else []


def _jwk(method: Mapping[str, Any]) -> dict[str, str] | None:
    written = method.get("publicKeyJwk")
    if isinstance(written, Mapping):
        members = {name: written.get(name) for name in jwt.JWK_MEMBERS if name in written}
        return {name: str(value) for name, value in members.items() if _MEMBER.fullmatch(str(value))} or None
    try:
        return jwt.jwk_of_multibase(str(method.get("publicKeyMultibase")))
    except ValueError:
        return None
