"""What keeps an installation from starting: a sandbox that meets the world, and production that is not fit for it.

Unfit is what is missing, and what is set and yet protects nothing: guessable secrets, keys that are copies, no limits.
"""

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

from kernel.crypto import signing
from kernel.settings import Settings
from kernel.storage.links import Keyring

BYTES_DISTINCT_MIN: Final = 12
"""Of 32 random bytes some 30 differ; with fewer than this nobody drew them at random."""

TOKEN_LENGTH_MIN: Final = 16
TOKEN_DISTINCT_MIN: Final = 8
STRIPE_LENGTH_MIN: Final = 24
LINK_SECONDS_MAX: Final = 7 * 86_400
RATE_MAX: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """What `liutong doctor` says of one setting."""

    name: str
    fatal: bool
    message: str
    cure: str = field(default="")


def _exposed(settings: Settings) -> list[Finding]:
    """Where a sandbox looks like production whose mode was forgotten: its clock moves, and its keys are its own."""
    if settings.sandbox_outside:
        return []
    cure = "set LIUTONG_MODE=production, or LIUTONG_SANDBOX_OUTSIDE=1 if this is meant to be a sandbox"
    found: list[Finding] = []
    if urlsplit(settings.public_url).scheme == "https" or _is_worlds(urlsplit(settings.public_url).hostname or ""):
        said = "a sandbox, whose clock anybody with its operator's key moves, has an address of the world's"
        found.append(Finding("public_url", fatal=True, message=said, cure=cure))
    if settings.database_url and not _on_this_machine(settings.database_url):
        said = "a sandbox, whose data are for trials, has a database elsewhere"
        found.append(Finding("database_url", fatal=True, message=said, cure=cure))
    return found


def _on_this_machine(database_url: str) -> bool:
    """Whether a database answers on a socket or a loopback address."""
    parts = urlsplit(database_url)
    named = [host for hosts in parse_qs(parts.query).get("host", []) for host in hosts.split(",")]
    hosts = named or [parts.hostname or "localhost"]
    return all(host.startswith("/") or host == "localhost" or _is_loopback(host) for host in hosts)


def _is_worlds(host: str) -> bool:
    """Whether an address is one that the whole internet reaches."""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return False  # What a name leads to is not known here.


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False  # A name that begins like an address is still a name.


def unsafe(settings: Settings) -> list[Finding]:
    """What keeps a production installation from starting, or a sandbox from meeting the world."""
    if settings.sandbox:
        return _exposed(settings)
    missing = [
        (
            "database_url",
            "the embedded database is for one machine and trials",
            "point it at a managed PostgreSQL",
        ),
        ("issuer_key_file", "certificates need a key that you keep", "make one with: liutong keys new FILE"),
        ("log_key_file", "the register needs a key that you keep", "make one with: liutong keys new FILE"),
        ("seal_file", "printed certificates need a seal that you keep", "make one with: liutong keys seal FILE"),
        (
            "sketch_key_file",
            "sketches of registered data are compared under a key that you keep",
            "make one with: liutong keys new FILE",
        ),
        (
            "link_secrets",
            "download links need a secret",
            "set kid:hex, 32 random bytes; several during rotation",
        ),
        ("bank_account_number", "buyers pay by transfer to this account", "set the centre's account"),
        ("bank_account_name", "buyers must name whom they pay", "set the name of the account's holder"),
        ("bank_name", "buyers must name where the account is kept", "set the bank's name"),
        ("metrics_token", "metrics are not public", "set a token that your Prometheus sends as Bearer"),
    ]
    findings = [
        Finding(name, fatal=True, message=why, cure=cure) for name, why, cure in missing if not getattr(settings, name)
    ]
    if urlsplit(settings.public_url).scheme != "https":
        findings.append(Finding("public_url", fatal=True, message="keys would travel in the clear", cure="use https"))
    if settings.stripe_api_key and settings.stripe_api_key.startswith(("sk_test_", "rk_test_")):
        findings.append(
            Finding("stripe_api_key", fatal=True, message="a test key moves no money", cure="use a live key")
        )
    if settings.stripe_api_key and not settings.stripe_webhook_secret:
        findings.append(
            Finding("stripe_webhook_secret", fatal=True, message="card payments would never arrive", cure="set it")
        )
    if settings.stripe_api_base:
        findings.append(
            Finding("stripe_api_base", fatal=True, message="payments would go to a stand-in", cure="leave it unset")
        )
    return findings


def weak(settings: Settings) -> list[Finding]:
    """What a production installation must mend before it starts; nothing in the sandbox."""
    if settings.sandbox:
        return []
    return [*_link_secrets(settings), *_keys(settings), *_tokens(settings), *_limits(settings)]


def _fatal(name: str, message: str, cure: str) -> Finding:
    return Finding(name, fatal=True, message=message, cure=cure)


def _drawn(secret: bytes) -> bool:
    return len(set(secret)) >= BYTES_DISTINCT_MIN


def _link_secrets(settings: Settings) -> list[Finding]:
    try:
        ring = Keyring.parse(settings.link_secrets)
    except ValueError:
        return []  # What is missing or misspelt is told by whoever looks at its form.
    guessable = [kid for kid, secret in ring.secrets.items() if not _drawn(secret)]
    cure = "draw 32 random bytes: openssl rand -hex 32"
    return [_fatal("link_secrets", f"the secret {kid} can be guessed", cure) for kid in guessable]


def _keys(settings: Settings) -> list[Finding]:
    """Keys that were not drawn at random, and one key under two names: whoever has one has both."""
    found: list[Finding] = []
    owners: dict[bytes, str] = {}
    for name in ("issuer_key_file", "log_key_file", "sketch_key_file"):
        path: Path | None = getattr(settings, name)
        try:
            seed = signing.seed(path) if path is not None else None
        except (OSError, ValueError):
            seed = None  # A file that cannot be read is told where its form is looked at.
        if seed is None:
            continue
        if not _drawn(seed):
            found.append(_fatal(name, f"{path} holds a key that can be guessed", f"liutong keys new {path}"))
        elif (other := owners.setdefault(seed, name)) != name:
            said = f"{path} holds the same key as LIUTONG_{other.upper()}"
            found.append(_fatal(name, said, "make a key for each"))
    return found


def _tokens(settings: Settings) -> list[Finding]:
    found: list[Finding] = []
    token = settings.metrics_token
    if token and (len(token) < TOKEN_LENGTH_MIN or len(set(token)) < TOKEN_DISTINCT_MIN):
        found.append(_fatal("metrics_token", "the token can be guessed", "draw one: openssl rand -hex 24"))
    key, secret = settings.stripe_api_key, settings.stripe_webhook_secret
    # A test key has a finding of its own.
    if key and not key.startswith(("sk_test_", "rk_test_")) and not _of_stripe(key, "sk_live_", "rk_live_"):
        found.append(_fatal("stripe_api_key", "this is no key of Stripe's", "copy the live key from its dashboard"))
    if secret and not _of_stripe(secret, "whsec_"):
        cure = "copy the signing secret (whsec_…) of the endpoint from its dashboard"
        found.append(_fatal("stripe_webhook_secret", "payments could be reported by anybody who guesses it", cure))
    return found


def _of_stripe(text: str, *beginnings: str) -> bool:
    return text.startswith(beginnings) and len(text) >= STRIPE_LENGTH_MIN and len(set(text)) >= TOKEN_DISTINCT_MIN


def _limits(settings: Settings) -> list[Finding]:
    """Numbers so large that they limit nothing."""
    found: list[Finding] = []
    if settings.link_ttl_seconds > LINK_SECONDS_MAX:
        said = f"links would open for {settings.link_ttl_seconds} seconds"
        found.append(_fatal("link_ttl_seconds", said, f"set at most {LINK_SECONDS_MAX}: a buyer may ask for another"))
    rates = (
        "rate_per_minute",
        "party_rate_per_minute",
        "anonymous_rate_per_minute",
        "verifications_per_minute",
        "page_rate_per_minute",
    )
    too_high = [name for name in rates if getattr(settings, name) > RATE_MAX]
    return [*found, *(_fatal(name, "so high a rate limits nobody", f"set at most {RATE_MAX}") for name in too_high)]
