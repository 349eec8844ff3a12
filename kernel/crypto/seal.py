"""The centre's electronic seal on printed documents: PAdES baseline B (ETSI EN 319 142-1) under an X.509 key.

It is a key of its own, ECDSA on P-256, because PDF readers do not know the credential's Ed25519 yet; the trust file
names its certificate, so that nobody else's certificate authority has to be believed.
"""

import contextlib
import io
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

FIELD: Final = "LiutongSeal"
_FROM: Final = datetime(2026, 1, 1, tzinfo=UTC)
_UNTIL: Final = datetime(2046, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Seal:
    """A private key with its certificate and those that stand behind it, the root last."""

    key: Any
    chain: tuple[x509.Certificate, ...]

    @property
    def root(self) -> bytes:
        """What a verifier trusts, as DER."""
        return self.chain[-1].public_bytes(serialization.Encoding.DER)

    def sign(self, pdf: bytes, at: datetime, reason: str) -> bytes:
        """The file with an invisible signature over all of it, as an incremental update."""
        from pyhanko.keys.internal import (
            translate_pyca_cryptography_cert_to_asn1,
            translate_pyca_cryptography_key_to_asn1,
        )
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign import fields, signers
        from pyhanko_certvalidator.registry import SimpleCertificateStore

        class AtOurTime(signers.PdfSigner):
            """Signs at the centre's time, which the sandbox may have moved."""

            def init_signing_session(self, pdf_out: Any, existing_fields_only: bool = False) -> Any:
                session = super().init_signing_session(pdf_out, existing_fields_only)
                session.system_time = at
                return session

        chain = [translate_pyca_cryptography_cert_to_asn1(each) for each in self.chain]
        signer = signers.SimpleSigner(
            signing_cert=chain[0],
            signing_key=translate_pyca_cryptography_key_to_asn1(self.key),
            cert_registry=SimpleCertificateStore.from_certs(chain),
        )
        terms = signers.PdfSignatureMetadata(
            field_name=FIELD, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES, reason=reason
        )
        signed: io.BytesIO = AtOurTime(terms, signer=signer).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)))
        return signed.getvalue()


def load(path: Path) -> Seal:
    """Read a PEM file of one private key and its certificates, the signer's first; raises ValueError."""
    text = path.read_bytes()
    try:
        key = serialization.load_pem_private_key(text, password=None)
        chain = tuple(x509.load_pem_x509_certificates(text))
    except (ValueError, TypeError) as problem:
        raise ValueError(f"{path.name}: a seal file holds a PEM private key and its certificates") from problem
    if key.public_key() != chain[0].public_key():
        raise ValueError(f"{path.name}: the first certificate is not that of the key")
    return Seal(key, chain)


def earlier(path: Path | None) -> tuple[bytes, ...]:
    """The roots of seals used before, as DER, from a PEM file of certificates; raises ValueError."""
    if path is None:
        return ()
    certificates = x509.load_pem_x509_certificates(path.read_bytes())
    return tuple(each.public_bytes(serialization.Encoding.DER) for each in certificates)


def load_or_create(path: Path, name: str) -> Seal:
    """Read the seal, making one with a certificate of its own if there is none; two starts at once agree on one."""
    with contextlib.suppress(FileExistsError):
        if path.exists():
            raise FileExistsError
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{uuid4().hex}")  # Its own, also among the threads of a process.
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(new_pem(name))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)
        finally:
            temporary.unlink()
    return load(path)


def new_pem(name: str) -> bytes:
    """A fresh key with a certificate that it signs itself, twenty years long."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_cert_sign=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(_UNTIL)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)
