"""Signature Version 4 of requests to a store that speaks the protocol of Amazon S3; pure.

Source: "Authenticating Requests: Using the Authorization Header (AWS Signature Version 4)", Amazon S3 API Reference.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote

from kernel.settings import Secret

ALGORITHM: Final = "AWS4-HMAC-SHA256"

Query = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Credential:
    """An access key of the buyer's at its own store, for one region."""

    access_key_id: str
    secret_access_key: Secret
    region: str


def escaped(text: str, *, slash: bool = False) -> str:
    """A text as the canonical request writes it: everything but letters, digits and `-._~` in percent signs."""
    return quote(text, safe="/-._~" if slash else "-._~")


def query_text(query: Query) -> str:
    """Parameters in their canonical order, as they are also sent."""
    return "&".join(f"{name}={value}" for name, value in sorted((escaped(n), escaped(v)) for n, v in query))


def signed(
    credential: Credential,
    method: str,
    path: str,
    query: Query,
    headers: Mapping[str, str],
    body_sha256: str,
    at: datetime,
) -> dict[str, str]:
    """The headers of a request with its signature; `headers` name the host and are all signed, `path` is escaped.

    `at` is real time: stores refuse what is a quarter of an hour away from theirs.
    """
    moment = at.strftime("%Y%m%dT%H%M%SZ")
    sent = {**{name.lower(): value.strip() for name, value in headers.items()}, "x-amz-date": moment}
    sent["x-amz-content-sha256"] = body_sha256
    names = ";".join(sorted(sent))
    lines = "".join(f"{name}:{sent[name]}\n" for name in sorted(sent))
    request = f"{method}\n{path}\n{query_text(query)}\n{lines}\n{names}\n{body_sha256}"
    scope = f"{moment[:8]}/{credential.region}/s3/aws4_request"
    digest = hashlib.sha256(request.encode()).hexdigest()
    signature = _mac(_key(credential, moment[:8]), f"{ALGORITHM}\n{moment}\n{scope}\n{digest}").hex()
    sent["authorization"] = (
        f"{ALGORITHM} Credential={credential.access_key_id}/{scope},SignedHeaders={names},Signature={signature}"
    )
    return sent


def _key(credential: Credential, day: str) -> bytes:
    key = f"AWS4{credential.secret_access_key!s}".encode()
    for part in (day, credential.region, "s3", "aws4_request"):
        key = _mac(key, part)
    return key


def _mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
