"""Signing keys behind one small interface, so that SM2 (GM/T 0003) can stand beside Ed25519 (RFC 8032)."""

import base64
import contextlib
import os
from pathlib import Path
from typing import Final, Protocol
from uuid import uuid4

import base58
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519_PUB: Final = b"\xed\x01"
"""Multicodec prefix of an Ed25519 public key."""


class Signer(Protocol):
    """Whoever can sign: a key file today, a hardware module or an SM2 key behind the same two members."""

    @property
    def public(self) -> bytes:
        """The raw public key."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Sign a message."""
        ...


class Ed25519Signer:
    """An Ed25519 key held in memory."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public: bytes = self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Give the 64-byte signature."""
        return self._key.sign(message)

    def __repr__(self) -> str:
        return f"Ed25519Signer(public={multibase(self.public)})"


def generate() -> Ed25519Signer:
    """Make a fresh key from the system's randomness."""
    return Ed25519Signer(os.urandom(32))


def load_or_create(path: Path) -> Ed25519Signer:
    """Read a 32-byte seed in hexadecimal from a file of mode 0600, making it once if it is not there."""
    with contextlib.suppress(FileExistsError):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{uuid4().hex}")  # Its own, also among the threads of a process.
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(os.urandom(32).hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            # A hard link fails where the name exists, so two starts at once agree on one key.
            os.link(temporary, path)
        finally:
            temporary.unlink()
    return load(path)


def load(path: Path) -> Ed25519Signer:
    """Read a key file; raises ValueError when it does not hold 64 hexadecimal digits."""
    return Ed25519Signer(seed(path))


def seed(path: Path) -> bytes:
    """The seed in a key file; raises ValueError when it does not hold 64 hexadecimal digits."""
    text = path.read_text(encoding="ascii").strip()
    try:
        read = bytes.fromhex(text)
    except ValueError:
        read = b""
    if len(read) != 32:
        raise ValueError(f"{path.name}: a key file holds 64 hexadecimal digits (a 32-byte Ed25519 seed)")
    return read


def verify(public: bytes, signature: bytes, message: bytes) -> bool:
    """Say whether the signature is this key's over this message."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def verify_text(public_key: object, signature: object, text: str) -> bool:
    """Say whether a signature in base64 is by a Multikey over the UTF-8 bytes of a text.

    Both may stand in a document as anybody wrote them: what is malformed is no signature.
    """
    if not isinstance(public_key, str) or not isinstance(signature, str):
        return False
    try:
        return verify(from_multibase(public_key), base64.b64decode(signature, validate=True), text.encode())
    except ValueError:
        return False


def multibase(public: bytes) -> str:
    """Encode a public key as `z6Mk…` (Multikey, base58btc)."""
    return "z" + base58.b58encode(_ED25519_PUB + public).decode("ascii")


def from_multibase(text: str) -> bytes:
    """Decode a Multikey; raises ValueError unless it is an Ed25519 public key."""
    if not text.startswith("z") or len(text) > 100:
        raise ValueError("a public key is given as a Multikey: z6Mk…")
    raw: bytes = base58.b58decode(text[1:])
    if not raw.startswith(_ED25519_PUB) or len(raw) != 34:
        raise ValueError("not an Ed25519 Multikey")
    return raw[2:]
