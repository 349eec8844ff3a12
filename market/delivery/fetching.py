"""What a link opens, checked anew at every request: whose it is, until when, and whether it may still be had."""

from collections.abc import Collection, Mapping

from kernel.act import Act
from kernel.actor import Actor
from kernel.storage import links
from kernel.storage.links import Keyring
from kernel.time.clock import day_in_china
from market.delivery.errors import DataDestroyed, DownloadStopped, LinkOfAnother
from market.delivery.queries import Handover
from market.delivery_plans import queries as delivery_plans


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
