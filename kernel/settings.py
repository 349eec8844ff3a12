"""What an operator sets, all through `LIUTONG_…` environment variables; every value has a safe meaning by default."""

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit


class Mode(StrEnum):
    """The sandbox may move its clock and makes its own keys; production does neither."""

    SANDBOX = "sandbox"
    PRODUCTION = "production"


class Secret(str):
    """A string that never shows itself in a log, a traceback or a repr."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret(***)" if self else "Secret(unset)"


_UNSET: Final = Secret("")


_HERE: Final = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - what listens everywhere is reached here
"""Where somebody on this machine reaches what listens on every address."""


class SettingsInvalid(ValueError):
    """One or more settings cannot be used; the message names each with its cure."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one installation."""

    mode: Mode = Mode.SANDBOX
    sandbox_outside: bool = False
    database_url: Secret = _UNSET
    data_dir: Path = Path("var")
    storage_url: str = ""
    key_store_dir: Path | None = None
    kek_dir: Path | None = None
    public_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    issuer_key_file: Path | None = None
    log_key_file: Path | None = None
    sketch_key_file: Path | None = None
    issuer_keys_earlier: str = ""
    log_key_earlier_file: Path | None = None
    log_keys_earlier: str = ""
    witnesses: str = ""
    seal_file: Path | None = None
    seals_earlier_file: Path | None = None
    link_secrets: Secret = _UNSET
    stripe_api_key: Secret = _UNSET
    stripe_webhook_secret: Secret = _UNSET
    stripe_api_base: str = ""
    bank_account_name: str = ""
    bank_account_number: str = ""
    bank_name: str = ""
    metrics_token: Secret = _UNSET
    body_bytes_max: int = 1_048_576
    upload_bytes_max: int = 5 * 1024**3
    rate_per_minute: int = 1200
    party_rate_per_minute: int = 2400
    anonymous_rate_per_minute: int = 300
    verifications_per_minute: int = 20
    page_rate_per_minute: int = 1200
    trusted_proxies: str = ""
    link_ttl_seconds: int = 3600
    cpu_workers: int = 1
    pool_size: int = 10
    log_level: str = "info"
    otel: bool = False

    def __post_init__(self) -> None:
        """Where nobody says under which address the centre is reached, it is reached where it listens."""
        if not self.public_url:
            host = _HERE.get(self.host, f"[{self.host}]" if ":" in self.host else self.host)
            object.__setattr__(self, "public_url", f"http://{host}:{self.port}")

    @property
    def sandbox(self) -> bool:
        """Whether this is a sandbox."""
        return self.mode is Mode.SANDBOX

    @property
    def key_store(self) -> Path:
        """Where the wrapped keys of stored objects lie."""
        return (self.key_store_dir or self.data_dir / "keystore").absolute()

    @property
    def kek_store(self) -> Path:
        """Where the keys lie that wrap those; never in the folder of what they wrap, nor in a backup with it."""
        return (self.kek_dir or self.data_dir / "keys" / "kek").absolute()

    @property
    def did(self) -> str:
        """The centre's name as an issuer: did:web of its public host."""
        return "did:web:" + urlsplit(self.public_url).netloc.replace(":", "%3A")

    @property
    def log_origin(self) -> str:
        """The transparency log's origin line: the schema-less URL of the log (C2SP tlog-checkpoint)."""
        parts = urlsplit(self.public_url)
        return f"{parts.netloc}{parts.path.rstrip('/')}/log"


_PREFIX: Final = "LIUTONG_"
_OTHER: Final = frozenset({"LIUTONG_PG_USER", "LIUTONG_PG_BIN"})
"""Read elsewhere: by the embedded PostgreSQL manager."""


def from_env(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; raises SettingsInvalid naming every unknown or unusable variable at once."""
    names = {_PREFIX + f.name.upper(): f for f in fields(Settings)}
    faults: list[str] = []
    values: dict[str, object] = {}
    for name, raw in sorted(environ.items()):
        if not name.startswith(_PREFIX) or name in _OTHER:
            continue
        if name not in names:
            faults.append(f"{name}: no such setting; known are {', '.join(sorted(names))}")
            continue
        try:
            values[names[name].name] = _parse(names[name].name, raw)
            _check_list(names[name].name, raw)
        except ValueError as problem:
            faults.append(f"{name}: {problem}")
    if faults:
        raise SettingsInvalid("\n".join(faults))
    return Settings(**values)  # type: ignore[arg-type]


_NUMBERS: Final = frozenset(
    {
        "port",
        "body_bytes_max",
        "upload_bytes_max",
        "rate_per_minute",
        "party_rate_per_minute",
        "anonymous_rate_per_minute",
        "verifications_per_minute",
        "page_rate_per_minute",
        "link_ttl_seconds",
        "cpu_workers",
        "pool_size",
    }
)
PORT_MAX: Final = 65535
_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "mode": tuple(Mode),
    "otel": ("0", "1"),
    "sandbox_outside": ("0", "1"),
    "log_level": ("debug", "info", "warning", "error", "critical"),
}
_URLS: Final = {
    "public_url": ("https://", "http://"),
    "database_url": ("postgresql://", "postgres://", "postgresql+asyncpg://"),
    "storage_url": ("s3://", "file:///"),
}

_SECRETS: Final = frozenset(
    {"database_url", "link_secrets", "stripe_api_key", "stripe_webhook_secret", "metrics_token"}
)


_KEY_LISTS: Final = frozenset({"issuer_keys_earlier", "log_keys_earlier", "witnesses"})


def words(text: str) -> tuple[str, ...]:
    """The items of a setting that holds several, parted by commas or spaces."""
    return tuple(re.findall(r"[^\s,]+", text))


def _check_list(name: str, raw: str) -> None:
    """Every item of a list must be readable before the process starts; raises ValueError."""
    if name == "trusted_proxies":
        for word in words(raw):
            ipaddress.ip_network(word)
    if name not in _KEY_LISTS:
        return
    from kernel.crypto import signing
    from kernel.tlog.keys import Witness
    from kernel.tlog.note import KIND_LOG, VerifierKey

    for word in words(raw):
        if name == "issuer_keys_earlier":
            signing.from_multibase(word)
        elif name == "witnesses":
            Witness.parse(word)
        elif VerifierKey.parse(word).kind != KIND_LOG:
            raise ValueError(f"{word} is a key of another kind")


def _parse(name: str, raw: str) -> object:
    if name in _CHOICES and raw not in _CHOICES[name]:
        raise ValueError(f"use one of {', '.join(_CHOICES[name])}")
    if name == "mode":
        return Mode(raw)
    if name in ("otel", "sandbox_outside"):
        return raw == "1"
    if name in _NUMBERS:
        return _number(name, raw)
    if name.endswith(("_dir", "_file")):
        return Path(raw)
    if name in _URLS and (raw or name == "public_url") and not _usable(_URLS[name], raw):
        # Without the value: the address of a database holds a password.
        raise ValueError(f"use an address that begins with {' or '.join(_URLS[name])}")
    if name == "public_url" and re.search(r"[@?#]", raw):
        raise ValueError("use an address without user name, query and fragment: it is printed on every document")
    return Secret(raw) if name in _SECRETS else raw


def _number(name: str, raw: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,15}", raw):
        raise ValueError("use a positive whole number")
    if name == "port" and int(raw) > PORT_MAX:
        raise ValueError(f"use a port up to {PORT_MAX}")
    return int(raw)


def _usable(beginnings: tuple[str, ...], raw: str) -> bool:
    """Whether an address begins as one of these and then names something, and can be taken apart at all."""
    try:
        urlsplit(raw).port  # noqa: B018 - it is read for its refusal
    except ValueError:
        return False
    return any(raw.startswith(beginning) and len(raw) > len(beginning) for beginning in beginnings)
