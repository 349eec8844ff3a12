"""Finding what a bundle holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from channels.bundles.contents import Contents, described
from kernel.act import Act
from kernel.db import one
from kernel.identity.models import Party
from kernel.storage.errors import LinkInvalid
from market.delivery import queries as deliveries
from market.delivery.models import Delivery, DeliveryFile, DeliveryUpdate
from market.delivery.queries import Handover
from market.delivery_plans.errors import PartNotReleased
from market.listings.models import Listing
from market.orders.models import Order
from rights.assets.models import AssetRevision
from valuation.quality.models import DataContract, QualityRun, Scorecard


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
    listing = await act.session.get(Listing, order.listing_id)
    card = update.scorecard_id if update is not None else listing.scorecard_id if listing is not None else None
    return Bundle(bundle_id, revision_id, files, handover, await _contract(act, card))


async def _contract(act: Act, scorecard_id: str | None) -> dict[str, Any] | None:
    """The provider's own data contract by which a revision was scored, if it has one: it says what the columns are."""
    query = (
        select(DataContract.document)
        .join(QualityRun, QualityRun.publicity_contract_id == DataContract.id)
        .join(Scorecard, Scorecard.run_id == QualityRun.id)
        .where(Scorecard.id == scorecard_id)
    )
    return await act.session.scalar(query)


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
