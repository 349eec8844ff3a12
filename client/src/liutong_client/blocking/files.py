"""Files to the centre and from it: streamed, their digests checked, and taken up where they broke off.

Generated from the twin for asyncio by `python -m release.client`: never edited.
"""

import random
from collections.abc import Iterator
from pathlib import Path

from liutong_client import calls, operations
from liutong_client import models as m
from liutong_client.blocking.caller import Caller
from liutong_client.blocking.machine import in_thread, pause
from liutong_client.problems import NotReached, Problem
from liutong_client.retries import Lost, next_delay
from liutong_client.transfers import Partial, Progress, Source, range_start


class Files:
    """Uploads and downloads."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def upload(
        self,
        content: Path | str | bytes,
        *,
        purpose: str = "data",
        name: str | None = None,
        progress: Progress | None = None,
    ) -> m.FileView:
        """Send a file, or the bytes of one under a name, with the digest that it must arrive with.

        Raises DigestMismatch where the file changes while it is sent.
        """
        if not isinstance(content, bytes):
            content = Path(content)
            name = name or content.name
        if not name:
            raise TypeError("字节须有文件名 · bytes need a name")
        source = in_thread(Source.of, content, name)
        headers = {
            "content-type": "application/octet-stream",
            "content-length": str(source.size_bytes),
            "repr-digest": source.repr_digest,
        }
        call = calls.build(operations.upload_file, {"name": name, "purpose": purpose}, headers=headers)

        def chunks() -> Iterator[bytes]:
            sent, parts = 0, source.chunks()
            while (chunk := in_thread(next, parts, None)) is not None:
                yield chunk
                sent += len(chunk)
                if progress is not None:
                    progress(sent, source.size_bytes)

        return self._caller.send(call, chunks)

    def download(
        self,
        link: m.FileLinkView,
        to: Path | str = ".",
        *,
        progress: Progress | None = None,
        overwrite: bool = False,
    ) -> Path:
        """Fetch a file into a folder under its own name; what was fetched before is not fetched again.

        Raises DigestMismatch, and then nothing is kept; FileInTheWay where a file of another content has the name,
        unless it may be overwritten. A broken connection, or a centre that asks for patience, is
        waited for, and what broke off is taken up there, also by the next call.
        """
        partial = in_thread(Partial, Path(to), link.name, link.sha256, link.size_bytes)
        if in_thread(lambda: partial.is_here):
            in_thread(partial.remove)
            return partial.target
        if not overwrite:
            in_thread(partial.require_free)
        tries = 0
        while True:
            tries += 1
            before = partial.offset
            outcome: int | Lost
            after: float | None = None
            problem: Exception
            try:
                self._fetch(partial, link.url, progress)
                return in_thread(lambda: partial.finish(overwrite=overwrite))
            except NotReached as error:
                outcome, problem = "unanswered", error
                # What went on is no failure of going on.
                tries = 1 if partial.offset > before else tries
            except Problem as refusal:
                outcome, after, problem = refusal.status, refusal.retry_after_seconds, refusal
            delay = next_delay(
                tries,
                outcome,
                repeatable=True,
                keyed=False,
                spread=random.random(),  # noqa: S311 - keeps callers apart, guards nothing
                retry_after_seconds=after,
            )
            if delay is None:
                raise problem
            pause(delay)

    def _fetch(self, partial: Partial, url: str, progress: Progress | None) -> None:
        """Fetch what is missing; raises NotReached where the connection ends before the file does."""
        if partial.offset == partial.size_bytes and partial.size_bytes:
            return
        headers: dict[str, str] = {}
        if partial.offset and partial.etag:
            headers = {"range": f"bytes={partial.offset}-", "if-range": partial.etag}
        with self._caller.fetch(url, headers) as answer:
            etag = answer.headers.get("etag")
            goes_on = answer.status_code == 206 and range_start(answer.headers.get("content-range")) == partial.offset
            if not goes_on:
                in_thread(partial.restart)
            if answer.status_code == 416 or (answer.status_code == 206 and not goes_on):
                raise NotReached(
                    f"{partial.target.name}: 续传被拒，将从头开始 · no part of it can be had, beginning anew"
                )
            in_thread(partial.begin, etag if etag and not etag.startswith("W/") else None)
            for chunk in answer.iter_raw():
                in_thread(partial.take, chunk)
                if progress is not None:
                    progress(partial.offset, partial.size_bytes)
        if partial.offset < partial.size_bytes:
            raise NotReached(f"{partial.target.name}: {partial.offset} < {partial.size_bytes} bytes")
