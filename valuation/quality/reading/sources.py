"""Data that is not a file: a table of PostgreSQL or an object of S3 is streamed into a bounded file, then read as one.

Addresses are shown without user, password and parameters, in results as in refusals.
"""

import asyncio
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from valuation.quality.contract.contract import Contract, ContractObject
from valuation.quality.errors import SourceUnreachable
from valuation.quality.policy import Limits
from valuation.quality.reading import formats, postgres, s3
from valuation.quality.reading.nesting import is_nested

_SCHEMES = {"postgresql": "postgresql", "postgres": "postgresql", "s3": "s3"}


def is_source(given: str) -> bool:
    """Say whether something is the address of a source and no path."""
    return given.partition("://")[0] in _SCHEMES and "://" in given


def shown(address: str) -> str:
    """The address as it may be told: without credentials and parameters."""
    scheme, found = _SCHEMES[address.partition("://")[0]], ""
    with suppress(ValueError):
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port else ""
        fragment = f"#{parts.fragment}" if scheme == "postgresql" else ""
        found = f"{scheme}://{parts.hostname or ''}{port}{parts.path}{fragment}"
    if not found:  # Raised here, so that no chained error carries the address with its password.
        raise SourceUnreachable(source=f"{scheme}://…", reason="its host or port is none that an address can have")
    return found


def fetched(
    addresses: Mapping[str, str], contract: Contract | None, folder: Path, limits: Limits
) -> dict[str, tuple[str, Path]]:
    """Bring every source into the folder; gives what is shown of each with its file. `addresses` are by object."""
    found: dict[str, tuple[str, Path]] = {}
    for number, (name, address) in enumerate(addresses.items()):
        declared = next((o for o in contract.tables if o.name == name), None) if contract else None
        found[name] = _fetched(address, declared, folder / f"source-{number}", limits)
    return found


def _fetched(address: str, declared: ContractObject | None, target: Path, limits: Limits) -> tuple[str, Path]:
    told = shown(address)
    if told.startswith("s3://"):
        _run(s3.fetch(address, told, target, limits.file_size_bytes_max))
        return told, target
    nested = declared is not None and is_nested(declared)
    told += formats.AS_JSON if nested else ""
    _run(postgres.fetch(address, told, target, limits, as_json=nested))
    return told, target


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Run to the end from code that does not wait, also where a loop is running in this thread."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()
