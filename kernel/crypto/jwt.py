"""Signed tokens (JWT, RFC 7519) by PyJWT, where the extra `dcp` is installed: ES256 and EdDSA over Ed25519, no others.

What a token says is decided by whoever reads it: here only its form and its signature are.
"""

import base64
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from kernel.crypto import signing

if TYPE_CHECKING:
    from types import ModuleType

ALGORITHMS: Final = ("ES256", "EdDSA")
_ALGORITHM_OF: Final = {("EC", "P-256"): "ES256", ("OKP", "Ed25519"): "EdDSA"}
"""A key is used with the one algorithm that is its own, whatever a token says of itself."""

CHARS_MAX: Final = 8192
JWK_MEMBERS: Final = ("kty", "crv", "x", "y")


class JwtMissing(RuntimeError):
    """Tokens are asked for and the package for them is not installed: pip install 'liutong[dcp]'."""


def library() -> "ModuleType":
    """The library; raises JwtMissing."""
    try:
        import jwt
    except ImportError as problem:
        raise JwtMissing("self-issued tokens need: pip install 'liutong[dcp]'") from problem
    return jwt


def generate() -> str:
    """A fresh private key (P-256) in PEM."""
    made = ec.generate_private_key(ec.SECP256R1())
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return made.private_bytes(*form).decode()


def public_jwk(private_pem: str) -> dict[str, str]:
    """The public key of a private one, as a JSON Web Key (RFC 7517)."""
    key = serialization.load_pem_private_key(private_pem.encode(), None).public_key()
    return {name: str(value) for name, value in library().algorithms.ECAlgorithm.to_jwk(key, as_dict=True).items()}


def jwk_of_multibase(text: str) -> dict[str, str]:
    """An Ed25519 Multikey as a JSON Web Key; raises ValueError."""
    raw = base64.urlsafe_b64encode(signing.from_multibase(text)).rstrip(b"=").decode()
    return {"kty": "OKP", "crv": "Ed25519", "x": raw}


def signed(claims: Mapping[str, Any], private_pem: str, key_id: str) -> str:
    """A token over claims, by a key of `generate`; raises JwtMissing."""
    return str(library().encode(dict(claims), private_pem, algorithm="ES256", headers={"kid": key_id}))


def unverified(token: str) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Header and claims as they are written, to find the key with; None for what is no token."""
    parts = token.split(".")
    if len(parts) != 3 or len(token) > CHARS_MAX:
        return None
    try:
        header, claims = (json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in parts[:2])
    except (ValueError, RecursionError):
        return None
    return (header, claims) if isinstance(header, dict) and isinstance(claims, dict) else None


def verified(token: str, key: Mapping[str, Any]) -> dict[str, Any] | None:
    """The claims of a token that a public key signed; None where it did not. No claim is looked at.

    Raises JwtMissing.
    """
    jwt = library()
    algorithm = _ALGORITHM_OF.get((str(key.get("kty")), str(key.get("crv"))))
    if algorithm is None or len(token) > CHARS_MAX:
        return None
    options = {f"verify_{name}": False for name in ("exp", "nbf", "iat", "aud", "iss", "sub", "jti")}
    try:
        public = jwt.PyJWK({name: key[name] for name in JWK_MEMBERS if name in key}, algorithm)
        claims: dict[str, Any] = jwt.decode(token, public, algorithms=[algorithm], options=options)
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
        return None
    return claims
