"""Bytes and their spellings: canonical JSON, digests, base58, keys as multibase, and JSON that is read strictly."""

import base64
import binascii
import hashlib
import json
from typing import Any, Final

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
ED25519: Final = b"\xed\x01"
"""The multicodec prefix of an Ed25519 public key."""
BASE58_LENGTH_MAX: Final = 200
JSON_BYTES_MAX: Final = 64 * 1024 * 1024


class Unreadable(ValueError):
    """What was given is not what it is taken for."""


def canonical(value: Any) -> bytes:
    """RFC 8785 canonical JSON; raises Unreadable for what has none."""
    try:
        return rfc8785.dumps(value)
    except (ValueError, TypeError, RecursionError) as problem:
        raise Unreadable(f"没有规范形式 · it has no canonical form ({problem})") from None


def digest(value: Any) -> str:
    """The SHA-256 of the canonical form, as `sha256:…`."""
    return "sha256:" + hashlib.sha256(canonical(value)).hexdigest()


def from_base58(text: str) -> bytes:
    """The bytes of a base58 text in the alphabet of Bitcoin; raises Unreadable."""
    if len(text) > BASE58_LENGTH_MAX:
        raise Unreadable("base58 过长 · too long")
    number = 0
    for character in text:
        place = ALPHABET.find(character)
        if place < 0:
            raise Unreadable(f"不是 base58 · not base58: {character!r}")
        number = number * 58 + place
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def to_base58(data: bytes) -> str:
    """The base58 text of some bytes."""
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        text = ALPHABET[rest] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def public_key(multibase: str) -> bytes:
    """The 32 bytes of an Ed25519 key in its multibase form (z6Mk…); raises Unreadable."""
    data = from_base58(multibase[1:]) if multibase.startswith("z") else b""
    if len(data) != 34 or not data.startswith(ED25519):
        raise Unreadable(f"不是 Ed25519 公钥 · not an Ed25519 public key: {multibase[:60]!r}")
    return data[2:]


def multibase(public: bytes) -> str:
    """An Ed25519 key in its multibase form."""
    return "z" + to_base58(ED25519 + public)


def signed(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether an Ed25519 signature is this key's over this message."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def from_base64(text: str) -> bytes:
    """Standard base64 in its one canonical spelling; raises Unreadable."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Unreadable(f"不是 base64 · not base64: {text[:60]!r}") from None
    if base64.b64encode(data).decode() != text:
        raise Unreadable(f"base64 写法不唯一 · another spelling of base64: {text[:60]!r}")
    return data


def parse(data: bytes | str) -> dict[str, Any]:
    """A JSON object, read strictly: no name twice within an object, no NaN; raises Unreadable."""
    if len(data) > JSON_BYTES_MAX:
        raise Unreadable(f"大于 {JSON_BYTES_MAX} 字节 · larger than that many bytes")
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
        content = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as problem:
        raise Unreadable(f"不是 JSON · not JSON ({str(problem)[:120]})") from None
    if not isinstance(content, dict):
        raise Unreadable("应为 JSON 对象 · a JSON object was expected")
    return content


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name is repeated within one object")
    return members


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
