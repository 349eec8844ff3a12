"""What a link opens, asked at every request and while it is under way: whose, until when, and may it be had still."""

import time
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from kernel.act import Act
from kernel.actor import Actor
from kernel.runtime import Runtime
from kernel.storage import links
from kernel.storage.download import Watch
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


async def require_handed_out(act: Act, handover: Handover, names: Collection[str]) -> None:
    """That these files may be had now; raises DataDestroyed or DownloadStopped."""
    if handover.destroyed_at is not None:
        raise DataDestroyed(since=day_in_china(handover.destroyed_at).isoformat())
    handed_out = await delivery_plans.handed_out(act.session, handover.order)
    if not handover.is_due(act.at) or (handed_out is not None and not set(names) <= set(handed_out)):
        raise DownloadStopped


def watch(runtime: Runtime, files: Sequence[DeliveryFile]) -> Watch:
    """What ends the download of files of a delivery once one may not be had any more; raises what refuses a new one.

    A destroyed key ends it by itself: every batch asks the key store.
    """
    names, checked = [file.name for file in files], time.monotonic()

    async def ask() -> None:
        nonlocal checked
        if time.monotonic() < checked + POLL_SECONDS:
            return
        async with runtime.act() as act:
            _, handover = await queries.file_to_fetch(act.session, files[0].id)
            await require_handed_out(act, handover, names)
        checked = time.monotonic()

    return ask
