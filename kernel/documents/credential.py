"""Verifiable Credentials 2.0 secured with Data Integrity `eddsa-jcs-2022` (W3C Recommendations); pure functions."""

import hashlib
from datetime import datetime
from typing import Any, Final

import base58

from kernel.crypto import canonical, signing
from kernel.time.clock import timestamp

CONTEXT: Final = "https://www.w3.org/ns/credentials/v2"
CRYPTOSUITE: Final = "eddsa-jcs-2022"


def secure(credential: dict[str, Any], signer: signing.Signer, method: str, at: datetime) -> dict[str, Any]:
    """Add the proof: an Ed25519 signature over SHA-256(JCS(proof options)) ‖ SHA-256(JCS(credential))."""
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": CRYPTOSUITE,
        "created": second(at),
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
        "@context": credential["@context"],
    }
    signature = signer.sign(_hash(options, credential))
    value = "z" + base58.b58encode(signature).decode("ascii")
    return {**credential, "proof": {**options, "proofValue": value}}


def check(secured: dict[str, Any], public: bytes) -> bool:
    """Say whether the proof is this key's over this document; anything malformed is a no."""
    proof = secured.get("proof")
    if not isinstance(proof, dict) or proof.get("cryptosuite") != CRYPTOSUITE:
        return False
    if proof.get("type") != "DataIntegrityProof" or proof.get("proofPurpose") != "assertionMethod":
        return False
    value = proof.get("proofValue")
    options = {name: part for name, part in proof.items() if name != "proofValue"}
    if not isinstance(value, str) or not value.startswith("z") or options.get("@context") != secured.get("@context"):
        return False
    try:
        signature: bytes = base58.b58decode(value[1:])
    except ValueError:
        return False
    document = {name: part for name, part in secured.items() if name != "proof"}
    return signing.verify(public, signature, _hash(options, document))


def second(at: datetime) -> str:
    """An XML Schema dateTimeStamp in whole seconds, as the proof's `created` wants it."""
    return timestamp(at).split(".")[0] + "Z"


def _hash(options: dict[str, Any], document: dict[str, Any]) -> bytes:
    return hashlib.sha256(canonical.dumps(options)).digest() + hashlib.sha256(canonical.dumps(document)).digest()
