"""Signed links: each opens one file, for one recipient under one order, until it expires; pure.

A link that names its recipient (`to=`) is opened with that party's key only. One that names nobody serves whoever
holds it, for readers of tables that cannot send a key. Each carries `sp=r` because such readers (delta-kernel) take a
URL for a signed one only when it has a name that they know. File and order are
signed but not written into it: the server knows.
"""

import base64
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from kernel.storage.errors import LinkExpired, LinkInvalid

NAMES: Final = ("exp", "sp", "kid", "to", "sig")
SECRET_BYTES_MIN: Final = 32
_KEY_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,32}")
_EXPIRY: Final = re.compile(r"[1-9][0-9]{0,11}")


@dataclass(frozen=True, slots=True)
class Keyring:
    """The link secrets by key id: the first signs, all verify, so replacing a secret breaks no link."""

    current: str
    secrets: Mapping[str, bytes]

    @staticmethod
    def parse(text: str) -> "Keyring":
        """Read `kid:hex,kid:hex`, newest first; raises ValueError that never shows a secret."""
        secrets: dict[str, bytes] = {}
        for part in text.split(","):
            kid, _, digits = part.strip().partition(":")
            if not _KEY_ID.fullmatch(kid) or not re.fullmatch(r"([0-9a-fA-F]{2})+", digits):
                raise ValueError("link secrets are written kid:hex, separated by commas")
            if kid in secrets or len(digits) < 2 * SECRET_BYTES_MIN:
                raise ValueError(f"each link secret has its own key id and at least {SECRET_BYTES_MIN} bytes")
            secrets[kid] = bytes.fromhex(digits)
        return Keyring(next(iter(secrets)), secrets)

    def __repr__(self) -> str:
        return f"Keyring(current={self.current!r}, secrets=***)"

    def sign(self, file: str, recipient: str, order: str, expires_at: datetime, *, bound: bool = False) -> str:
        """The query string of a link, signed with the current secret; `bound` names the recipient in it."""
        return sign(self.current, file, recipient, order, expires_at, self.secrets[self.current], bound=bound)


def sign(
    kid: str, file: str, recipient: str, order: str, expires_at: datetime, secret: bytes, *, bound: bool = False
) -> str:
    """The query string `?exp=…&sp=r&kid=…&sig=…` that opens the file under the order; a bound one also says `&to=…`."""
    expiry, to = str(int(expires_at.timestamp())), recipient if bound else ""
    signature = _signature(kid, file, recipient, order, expiry, secret, bound=bound)
    return f"?exp={expiry}&sp=r&kid={kid}{f'&to={to}' if bound else ''}&sig={signature}"


def verify(
    parameters: Mapping[str, str], file: str, recipient: str, order: str, *, keyring: Keyring, at: datetime
) -> datetime:
    """Check a link's query parameters and say when it expires; raises LinkInvalid or LinkExpired.

    The signature is judged before the time, so an altered expiry is an altered link and never an expired one.
    """
    kid, expiry, to = parameters.get("kid", ""), parameters.get("exp", ""), parameters.get("to", "")
    secret = keyring.secrets.get(kid)
    if secret is None or parameters.get("sp") != "r" or not _EXPIRY.fullmatch(expiry):
        raise LinkInvalid
    if to not in ("", recipient):
        raise LinkInvalid
    expected = _signature(kid, file, recipient, order, expiry, secret, bound=bool(to))
    if not hmac.compare_digest(expected.encode(), parameters.get("sig", "").encode("utf-8", "surrogatepass")):
        raise LinkInvalid
    expires_at = datetime.fromtimestamp(int(expiry), UTC)
    if at >= expires_at:
        raise LinkExpired
    return expires_at


def _signature(
    kid: str, file: str, recipient: str, order: str, expiry: str, secret: bytes, *, bound: bool = False
) -> str:
    parts = ("liutong-link-v2" if bound else "liutong-link-v1", kid, file, recipient, order, "r", expiry)
    if any("\n" in part for part in parts):
        raise ValueError("no part of a link holds a line feed")
    made = hmac.digest(secret, "\n".join(parts).encode(), "sha256")
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode("ascii")
