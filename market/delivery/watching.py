"""Revocation of a download under way: before each batch it is asked, a few times a second, whether it is due still."""

import time
from typing import Final

from kernel.runtime import Runtime
from kernel.storage.download import Watch
from market.delivery import queries
from market.delivery.errors import DownloadStopped

POLL_SECONDS: Final = 0.5
"""A refund, a suspension, a revocation or the last day ends a download within this and one batch."""


def watch(runtime: Runtime, file_id: str) -> Watch:
    """What ends the download of a file, with DownloadStopped, once its buyer is not entitled to it any more.

    A destroyed key ends it by itself: every batch asks the key store.
    """
    asked = time.monotonic()

    async def ask() -> None:
        nonlocal asked
        if time.monotonic() < asked + POLL_SECONDS:
            return
        async with runtime.act() as act:
            _, handover = await queries.file_to_fetch(act.session, file_id)
            if not handover.is_due(act.at):
                raise DownloadStopped
        asked = time.monotonic()

    return ask
