"""Preparing deliveries, opening them with links, noting fetches, recording uses of what stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NotRequired, TypedDict, Unpack

from sqlalchemy import select

from contracts.agreements.licensing import agreed_policy
from contracts.agreements.models import Agreement
from contracts.agreements.queries import of_order
from contracts.agreements.states import AgreementState
from contracts.metering.schemas import Access
from contracts.terms.conveyance import environments
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import lock_name
from kernel.log.record import record
from kernel.states import Role
from kernel.storage.links import Keyring
from kernel.views.projection import shown
from market.delivery import access, queries, rules
from market.delivery.errors import (
    DataStays,
    DeliveryMissing,
    DeliveryNotDue,
)
from market.delivery.models import Delivery, DeliveryFile, DeliveryUpdate, Download
from market.delivery.schemas import DeliveryView, FileLinkView, LinksView
from market.delivery.states import DELIVERY, DeliveryAction, DeliveryState
from market.observations import commands as observations
from market.observations.commands import ObservedAccess
from market.orders.models import Order


async def prepare(act: Act, order: Order) -> Delivery:
    """Make the delivery of exactly the agreement's files; again, it is the same delivery.

    Where the licence has a scope its files are entered when they are made to it (`enter_scoped`).
    The provider may prepare it as soon as the agreement is in force; once the order is paid it is released. The
    provider does nothing more: what was registered, scored and listed is what lies in the store.
    """
    await lock_name(act.session, "delivery", order.id)
    row = await act.session.scalar(select(Delivery).where(Delivery.order_id == order.id))
    agreement = await of_order(act.session, order.id)
    if agreement is None or agreement.status is not AgreementState.IN_FORCE:
        status = str(agreement.status) if agreement is not None else "missing"
        raise DeliveryNotDue(order_status=str(order.status), agreement_status=status)
    if row is None:
        row = await _begin(act, order, agreement)
    if row.status is DeliveryState.PREPARED and queries.Handover(order, agreement).is_due(act.at):
        parties = [row.provider, row.buyer]
        await lifecycle.advance(act.by(SYSTEM), row, DELIVERY, DeliveryAction.RELEASE, Role.SYSTEM, parties=parties)
    return row


async def prepare_own(act: Act, order_id: str) -> DeliveryView:
    """Prepare the delivery of an order that one has sold."""
    order = await act.session.get(Order, order_id)
    if order is None or not queries.PARTIES.admits(act.actor, order.provider):
        raise DeliveryMissing(order=order_id[:40])
    row = await prepare(act, order)
    return await queries.view(act.session, row)


async def _begin(act: Act, order: Order, agreement: Agreement) -> Delivery:
    row = Delivery(
        id=ids.new("dlv"),
        order_id=order.id,
        agreement_id=agreement.id,
        provider=order.provider,
        buyer=order.buyer,
        receipt_id=None,
        created_at=act.at,
        received_at=None,
    )
    parties = [order.provider, order.buyer]
    facts = {"order": order.id, "agreement": agreement.digest}
    await lifecycle.begin(act, row, DELIVERY, parties=parties, **facts)
    if agreement.scope_sha256 is None:
        act.session.add_all(_files(row, agreement))
    await act.session.flush()  # The files are read back in this unit.
    return row


def _files(row: Delivery, agreement: Agreement) -> list[DeliveryFile]:
    return [
        DeliveryFile(
            id=ids.new(queries.FILE_PREFIX),
            delivery_id=row.id,
            update_id=None,
            name=file["name"],
            sha256=file["sha256"],
            size_bytes=file["size_bytes"],
            storage_key=file["storage_key"],
        )
        for file in agreement.files
    ]


async def enter_scoped(
    act: Act, row: Delivery, agreement: Agreement, update: DeliveryUpdate | None = None
) -> int | None:
    """Enter in a delivery the files that were made to the licence's scope, once; gives the rows that they hold.

    None, and nothing is entered, where the licence is of whole tables. Raises what says that the files are not made
    yet, or why they cannot be; until then there is nothing to open.
    """
    if agreement.scope_sha256 is None:
        return None
    await lock_name(act.session, "delivery", row.order_id)
    update_id, revision_id = (update.id, update.revision_id) if update else (None, agreement.licensed.revision_id)
    made = [file for make in queries.MADE_TO_SCOPE for file in await make(act.session, agreement, revision_id)]
    if not await queries.files(act.session, row.id, update_id):
        act.session.add_all(
            DeliveryFile(
                id=ids.new(queries.FILE_PREFIX),
                delivery_id=row.id,
                update_id=update_id,
                name=file.name,
                sha256=file.sha256,
                size_bytes=file.size_bytes,
                storage_key=file.storage_key,
            )
            for file in made
        )
        await act.session.flush()  # The files are read back in this unit.
    return sum(file.rows for file in made)


@dataclass(frozen=True, slots=True)
class Opening:
    """A revision of a delivery that was opened to its buyer: its files, whom links to it serve, and until when.

    `release_id` names the use of the licence that it was.
    """

    delivery: Delivery
    agreement: Agreement
    update: DeliveryUpdate | None
    revision_id: str
    files: Sequence[DeliveryFile]
    serves: Literal["buyer", "holder"]
    expires_at: datetime
    release_id: str

    @property
    def to(self) -> str | None:
        """The party whose key opens the links; None where no key is asked."""
        return self.delivery.buyer if self.serves == "buyer" else None

    def url(self, keyring: Keyring, address: str, opened: str) -> str:
        """The signed link to what lies at an address of ours."""
        row, bound = self.delivery, self.to is not None
        return f"{address}{keyring.sign(opened, row.buyer, row.order_id, self.expires_at, bound=bound)}"


class OpeningRequest(TypedDict):
    """Which revision is to be opened, to whom, where it is used, and for how long at most."""

    ttl_seconds: int
    serves: NotRequired[Literal["buyer", "holder"]]
    revision_id: NotRequired[str | None]
    place: NotRequired[str | None]


async def open_revision(act: Act, order_id: str, **request: Unpack[OpeningRequest]) -> Opening:
    """Open a revision of the delivery to its buyer for a while, the newest that reached it unless one is named.

    It is one use of the licence, of all rows that it is of, at the place named or where the buyer is registered; the
    links may be fetched with as often as they last. They serve the buyer, who sends its key with them, or on its wish
    whoever holds them, for a shorter while (decision 0057). Raises DeliveryNotDue unless all that it needs is in force,
    DataStays where there are no files, RevisionNotDelivered, PartNotReleased, and AccessRefused by the policy.
    """
    order, agreement = await queries.purchase(act, order_id)
    if not agreement.files:
        raise DataStays(order=order.id, environments=", ".join(environments(agreed_policy(agreement, act.at))))
    row, serves = await prepare(act.by(SYSTEM), order), request.get("serves", "buyer")
    update = await queries.update_asked(act.session, row, agreement.licensed.revision_id, request.get("revision_id"))
    revision = update.revision_id if update is not None else agreement.licensed.revision_id
    rows = await enter_scoped(act, row, agreement, update)
    opened = await queries.open_files(act.session, order, row, update)
    size_bytes = sum(file.size_bytes for file in opened)
    wanted = Access(revision_id=revision, place=request.get("place"), rows=rows)
    released = await access.release(act, order, agreement, wanted, size_bytes=size_bytes)
    await observations.note(act.session, agreement.id, ObservedAccess(released.id, act.at))
    seconds = request["ttl_seconds"]
    if serves == "holder":
        seconds = min(seconds, rules.LINKS.at(act.today).body.holder_seconds_max)
        record(act, "market.delivery.opened", row.id, parties=[row.buyer], facts={"serves": serves, "seconds": seconds})
    expires_at = act.at.replace(microsecond=0) + timedelta(seconds=seconds)
    return Opening(row, agreement, update, revision, opened, serves, expires_at, released.id)


async def links(
    act: Act, order_id: str, *, keyring: Keyring, public_url: str, **request: Unpack[OpeningRequest]
) -> LinksView:
    """Open a revision, and give a link to each of its files; raises what open_revision does."""
    opening = await open_revision(act, order_id, **request)
    return LinksView(
        delivery_id=opening.delivery.id,
        order_id=opening.delivery.order_id,
        expires_at=opening.expires_at,
        serves=opening.serves,
        to=opening.to,
        revision_id=opening.revision_id,
        files=[
            shown(file, FileLinkView, url=opening.url(keyring, f"{public_url}/files/{file.id}", file.id))
            for file in opening.files
        ],
    )


def note_download(act: Act, file: DeliveryFile, method: str, byte_range: str | None, http_status: int) -> None:
    """Keep who fetched what; the request is answered whether or not the client reads to the end."""
    act.session.add(
        Download(
            id=ids.new("dwn"),
            delivery_file_id=file.id,
            method=method,
            byte_range=byte_range[:100] if byte_range is not None else None,
            http_status=http_status,
            size_bytes=file.size_bytes,
            at=act.at,
        )
    )
