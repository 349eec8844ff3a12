"""Finding what a bundle holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from channels.bundles.contents import Contents, described, licensed
from channels.publishing.queries import contract_of
from contracts.agreements.licensing import agreed_policy
from kernel.act import Act
from kernel.db import one
from kernel.identity.models import Party
from kernel.storage.errors import LinkInvalid
from market.delivery import queries as deliveries
from market.delivery.models import Delivery, DeliveryFile, DeliveryUpdate
from market.delivery.queries import Handover
from market.delivery_plans.errors import PartNotReleased
from market.orders.models import Order
from rights.assets.models import AssetRevision


@dataclass(frozen=True, slots=True)
class Bundle:
    """A delivered revision as it is handed out in one archive; its id is that of the delivery, or of the update."""

    id: str
    revision_id: str
    files: Sequence[DeliveryFile]
    handover: Handover
    contract: dict[str, Any] | None


async def bundle(act: Act, bundle_id: str) -> Bundle:
    """What a link to a bundle opens; raises LinkInvalid, since no link to any other was issued."""
    update = await act.session.get(DeliveryUpdate, bundle_id)
    row = await act.session.get(Delivery, update.delivery_id if update is not None else bundle_id)
    if row is None:
        raise LinkInvalid
    order = await one(act.session, Order, row.order_id)
    try:
        files = await deliveries.open_files(act.session, order, row, update)
    except PartNotReleased:  # Told to whoever has no link yet, it would tell strangers of the order.
        files = []
    if not files:
        raise LinkInvalid
    _, handover = await deliveries.file_to_fetch(act.session, files[0].id)
    revision_id = update.revision_id if update is not None else handover.agreement.licensed.revision_id
    contract = await contract_of(act.session, revision_id)
    policy = agreed_policy(handover.agreement, act.at)
    return Bundle(bundle_id, revision_id, files, handover, contract and licensed(contract, policy))


async def contents(act: Act, bundle: Bundle, public_url: str) -> Contents:
    """A bundle as its descriptions tell it."""
    order, agreement = bundle.handover.order, bundle.handover.agreement
    files = [{"name": file.name, "sha256": file.sha256, "size_bytes": file.size_bytes} for file in bundle.files]
    return Contents(
        title_zh=order.title_zh,
        title_en=order.title_en,
        provider=(await one(act.session, Party, order.provider)).name,
        buyer=(await one(act.session, Party, order.buyer)).name,
        order_id=order.id,
        agreement_id=agreement.id,
        agreement_digest=agreement.digest,
        terms_url=f"{public_url}/v1/agreements/{agreement.id}",
        revision_id=bundle.revision_id,
        revision_number=(await one(act.session, AssetRevision, bundle.revision_id)).number,
        delivered_at=act.at,
        files=described(files, bundle.contract),
    )
