"""What a link opens, asked at every request and while it is under way: whose, until when, and may it be had still."""

import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Final

from kernel.act import Act
from kernel.actor import Actor
from kernel.runtime import Runtime
from kernel.storage import links, names
from kernel.storage.download import Download, Watch
from kernel.storage.links import Keyring
from kernel.time.clock import day_in_china
from market.delivery import queries
from market.delivery.errors import DataDestroyed, DownloadStopped, LinkOfAnother
from market.delivery.models import DeliveryFile
from market.delivery.queries import Handover
from market.delivery_plans import queries as delivery_plans

POLL_SECONDS: Final = 0.5
"""A refund, a suspension, a revocation or the last day ends a download within this and one batch."""


def require_link(
    act: Act, caller: Actor, opened: str, handover: Handover, parameters: Mapping[str, str], keyring: Keyring
) -> None:
    """Hold a link's parameters against what it opens; raises LinkInvalid, LinkExpired or LinkOfAnother."""
    order = handover.order
    links.verify(parameters, opened, order.buyer, order.id, keyring=keyring, at=act.at)
    if (to := parameters.get("to")) and caller.party != to:
        raise LinkOfAnother(to=to)


async def require_handed_out(act: Act, handover: Handover, wanted: Collection[str]) -> None:
    """That these files may be had now; raises DataDestroyed or DownloadStopped."""
    if handover.destroyed_at is not None:
        raise DataDestroyed(since=day_in_china(handover.destroyed_at).isoformat())
    handed_out = await delivery_plans.handed_out(act.session, handover.order)
    if not handover.is_due(act.at) or (handed_out is not None and not set(wanted) <= set(handed_out)):
        raise DownloadStopped


def file_of(row: DeliveryFile) -> Download:
    """A delivered file as it is handed out."""
    return Download(row.storage_key, row.size_bytes, row.sha256, row.name, names.media_type(row.name))


def watch(runtime: Runtime, permitted: Callable[[Act], Awaitable[object]]) -> Watch:
    """What asks a few times a second, while something is sent, whether it may be had still, and ends it by raising.

    A destroyed key ends it by itself: every batch asks the key store.
    """
    checked = time.monotonic()

    async def ask() -> None:
        nonlocal checked
        if time.monotonic() < checked + POLL_SECONDS:
            return
        async with runtime.act() as act:
            await permitted(act)
        checked = time.monotonic()

    return ask


async def require_files_due(act: Act, files: Sequence[DeliveryFile]) -> None:
    """That files of one delivery may be had still; raises what refuses a new download of them."""
    _, handover = await queries.file_to_fetch(act.session, files[0].id)
    await require_handed_out(act, handover, [file.name for file in files])
