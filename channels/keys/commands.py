"""Taking, replacing and revoking channel keys, and noting what is done with them."""

from datetime import datetime
from typing import Final

from channels.keys import queries, rules
from channels.keys.errors import ChannelKeyOver, TooManyChannelKeys
from channels.keys.models import ChannelKey, ChannelUse
from channels.keys.schemas import ChannelKeyView, NewChannelKeyView, ShareProfile, TakeChannelKey
from contracts.agreements.licensing import agreed_policy
from contracts.agreements.models import Agreement
from contracts.terms.conveyance import environments
from kernel import ids
from kernel.act import Act
from kernel.db import lock_name, locked
from kernel.identity import keys
from kernel.jobs.queue import enqueue
from kernel.log.record import record
from kernel.views.projection import shown
from market.delivery import queries as deliveries
from market.delivery.errors import DataStays
from market.orders.models import Order

TAKEN: Final = "channels.taken"
"""The job that prepares what an agreement's channels give, once somebody holds a key of it."""

ENDPOINT: Final = "/delta-sharing"
"""Where the Delta Sharing protocol is served, below the public address."""

_RANGE_CHARS_MAX: Final = 100
_SUBJECT_CHARS_MAX: Final = 255


async def take(act: Act, order_id: str, data: TakeChannelKey, *, public_url: str) -> NewChannelKeyView:
    """Take a key for a recipient of an order's buyer; what it opens is prepared in the background.

    Raises DeliveryMissing, DataDestroyed or DeliveryNotDue, DataStays where nothing is handed out, TooManyChannelKeys.
    """
    order, agreement = await deliveries.purchase(act, order_id)
    if not agreement.files:
        raise DataStays(order=order.id, environments=", ".join(environments(agreed_policy(agreement, act.at))))
    await _require_room(act, agreement.id)
    until = rules.KEYS.at(act.today).body.end(act.at, data.days)
    made = await _make(act, order, agreement, data.recipient, until, public_url)
    await enqueue(act.session, TAKEN, {"agreement": agreement.id})
    return made


async def _require_room(act: Act, agreement_id: str) -> None:
    await lock_name(act.session, "channel-keys", agreement_id)
    count, most = await queries.count_in_force(act.session, agreement_id, act.at), rules.KEYS.at(act.today).body
    if count >= most.at_once_max:
        raise TooManyChannelKeys(count=count, limit=most.at_once_max)


async def _make(
    act: Act, order: Order, agreement: Agreement, recipient: str, until: datetime, public_url: str
) -> NewChannelKeyView:
    secret = keys.make(rules.KIND)
    row = ChannelKey(
        id=ids.new("chk"),
        order_id=order.id,
        agreement_id=agreement.id,
        buyer=order.buyer,
        provider=order.provider,
        recipient=recipient,
        prefix=secret.prefix,
        secret_sha256=secret.secret_sha256,
        created_at=act.at,
        expires_at=until.replace(microsecond=0),
        revoked_at=None,
        replaced_by=None,
    )
    act.session.add(row)
    facts = {"agreement": agreement.digest, "prefix": row.prefix, "recipient": recipient}
    record(act, "channels.key.taken", row.id, parties=[order.buyer, order.provider], facts=facts)
    await act.session.flush()  # A key that replaces another must exist before that one names it.
    profile = ShareProfile(1, f"{public_url}{ENDPOINT}", secret.text, row.expires_at)
    return NewChannelKeyView(key=shown(row, ChannelKeyView), secret=secret.text, profile=profile)


async def replace(act: Act, key_id: str, *, public_url: str) -> NewChannelKeyView:
    """Give a recipient a new key, for as long as was asked, in place of one that then serves for the overlap only.

    Raises NotFound for others than the buyer, ChannelKeyOver, and as `take` where nothing is due.
    """
    old = await locked(act.session, ChannelKey, key_id)
    queries.AUDIENCE.require_party(act.actor, key_id, old.buyer)
    if old.revoked_at is not None or old.replaced_by is not None or old.expires_at <= act.at:
        raise ChannelKeyOver
    order, agreement = await deliveries.purchase(act, old.order_id)
    life = rules.KEYS.at(act.today).body
    until = life.end_again(act.at, old.expires_at - old.created_at.replace(microsecond=0))
    made = await _make(act, order, agreement, old.recipient, until, public_url)
    old.replaced_by, old.expires_at = made.key.id, life.overlap_end(act.at, old.expires_at)
    return made


async def revoke(act: Act, key_id: str) -> None:
    """End a key at once; one that is revoked stays so. Raises NotFound for others than the buyer."""
    row = await locked(act.session, ChannelKey, key_id)
    queries.AUDIENCE.require_party(act.actor, key_id, row.buyer)
    if row.revoked_at is None:
        row.revoked_at = act.at
        record(act, "channels.key.revoked", row.id, parties=[row.buyer, row.provider], facts={"prefix": row.prefix})


def note_use(
    act: Act,
    key_id: str,
    operation: str,
    *,
    address: str,
    http_status: int,
    subject: str | None = None,
    byte_range: str | None = None,
    release_id: str | None = None,
    response_bytes: int | None = None,
) -> None:
    """Keep who asked for what, from where, how it was answered, and with how much data."""
    act.session.add(
        ChannelUse(
            id=ids.new("chu"),
            channel_key_id=key_id,
            operation=operation,
            subject=subject[:_SUBJECT_CHARS_MAX] if subject is not None else None,
            byte_range=byte_range[:_RANGE_CHARS_MAX] if byte_range is not None else None,
            address=address,
            http_status=http_status,
            release_id=release_id,
            response_bytes=response_bytes,
            at=act.at,
        )
    )
