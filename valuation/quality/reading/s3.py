"""An object of S3 or of a store that speaks its protocol, streamed to disk within a limit."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from valuation.quality.errors import DataTooLarge, SourceUnreachable

CONNECT_SECONDS = "15s"
READ_SECONDS = "120s"


async def fetch(address: str, source: str, target: Path, limit: int) -> None:
    """Stream `s3://bucket/key` to a file; region, endpoint and credentials come from the usual `AWS_…` variables."""
    parts = urlsplit(address)
    key, problem = parts.path.lstrip("/"), ""
    if not parts.hostname or not key or key.endswith("/"):
        raise SourceUnreachable(source=source, reason="name one object: s3://bucket/folder/table.parquet")
    try:
        store = S3Store(
            parts.hostname,
            client_options={"connect_timeout": CONNECT_SECONDS, "timeout": READ_SECONDS, "allow_http": _plain_http()},
            retry_config={"max_retries": 3},
        )
        found = await obstore.get_async(store, key)
        if (size := found.meta["size"]) > limit:
            raise DataTooLarge(file=source, measure="size_bytes", value=size, limit=limit)
        written = 0
        with target.open("wb") as sink:
            async for chunk in found.stream(min_chunk_size=8 << 20):
                written += len(chunk)
                if written > limit:
                    raise DataTooLarge(file=source, measure="size_bytes", value=written, limit=limit)
                sink.write(chunk)
        if written != size:
            problem = f"{size} bytes were announced and {written} came; try again"
    except (BaseError, OSError, ValueError) as error:
        problem = _told(error)
    if problem:  # Raised here, so that no chained error carries what was sent.
        raise SourceUnreachable(source=source, reason=problem)


def _plain_http() -> bool:
    """Without encryption only where the endpoint that was configured says so: a store on the own network."""
    names = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
    return any(os.environ.get(name, "").startswith("http://") for name in names)


def _told(error: Exception) -> str:
    """What went wrong, by its kind only: the store's own texts may repeat keys and signatures."""
    known = {
        "NotFoundError": "there is no such object or bucket",
        "PermissionDeniedError": "the store refused access; check the AWS_… credentials",
        "UnauthenticatedError": "the store refused the login; check the AWS_… credentials",
        "FileNotFoundError": "there is no such object or bucket",
    }
    return known.get(type(error).__name__, "the store cannot be reached or broke off; check AWS_ENDPOINT and region")
