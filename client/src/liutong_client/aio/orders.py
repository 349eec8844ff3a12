"""The buyer's way: order, agreement, payment, files, receipt, proof and acceptance."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from liutong_client import models as m
from liutong_client import operations
from liutong_client.aio.accounts import AsyncKeys
from liutong_client.aio.caller import WAIT_SECONDS, AsyncCaller, AsyncPages
from liutong_client.aio.files import AsyncFiles
from liutong_client.aio.machine import in_thread
from liutong_client.aio.papers import AsyncDocuments
from liutong_client.problems import AnswerUnreadable, NotAgreed, NotThere
from liutong_client.signing import SigningKey, text_to_sign
from liutong_client.transfers import Progress, Source, safe_name
from liutong_client.verification.trades import Proof, proved
from liutong_client.verification.trust import Trust

WAY: Final = ("placed", "paid", "delivered", "accepted", "settled")
"""The way of an order that is performed."""
WAY_ENDED: Final = ("cancelled", "expired", "refunded")
"""Where an order ends that is not."""


class AsyncOrders:
    """Purchases, as their buyer and their seller see them."""

    def __init__(self, caller: AsyncCaller, files: AsyncFiles, keys: AsyncKeys, documents: AsyncDocuments) -> None:
        self._caller, self._files, self._keys, self._documents = caller, files, keys, documents

    async def place(
        self, listing_id: str, purpose: str, *, use_case: str = "", key: str | None = None, **more: Any
    ) -> m.OrderView:
        """Order a product at its listed price; `key` from a record of one's own survives a crash of one's own."""
        body = {"listing_id": listing_id, "purpose": purpose, "use_case": use_case, **more}
        return await self._caller.call(operations.place_order, body, key=key)

    async def get(self, order_id: str) -> m.OrderView:
        """An order."""
        return await self._caller.call(operations.get_order, order_id=order_id)

    def mine(self, status: str | None = None, limit: int | None = None) -> AsyncPages[m.OrderViewPage, m.OrderView]:
        """The party's orders."""
        return self._caller.iterate(operations.list_orders, status=status, limit=limit)

    async def agreement(self, order_id: str) -> m.AgreementView:
        """The agreement of an order, drafted if it is not yet: read it before you sign."""
        order = await self.get(order_id)
        if order.agreement_id is not None:
            return await self._caller.call(operations.get_agreement, agreement_id=order.agreement_id)
        return await self._caller.call(operations.draft_agreement, order_id=order_id)

    async def sign(self, order_id: str, key: SigningKey, *, digest: str | None = None) -> m.AgreementView:
        """Sign the agreement of an order with a key that stays here, registering its public half if that is not yet.

        `digest` is that of the agreement that was read. Raises AnswerUnreadable, and then nothing is signed, where the
        agreement is another, or the centre asks for a signature over anything but the agreement of this order.
        """
        agreement = await self.agreement(order_id)
        text = await in_thread(text_to_sign, agreement, order_id, digest)
        registered = await self._keys.registered(key)
        body = m.SignAgreement(signing_key_id=registered.id, signature=key.sign(text))
        return await self._caller.call(operations.sign_agreement, body, agreement_id=agreement.id)

    async def pay(
        self, order_id: str, *, method: str = "bank_transfer", return_url: str | None = None, key: str | None = None
    ) -> m.PaymentView:
        """Open the payment of an order: where to transfer and what to quote, or the page on which to pay by card."""
        body = {"method": method, **({"return_url": return_url} if return_url else {})}
        return await self._caller.call(operations.open_payment, body, order_id=order_id, key=key)

    async def wait(self, order_id: str, until: str, *, timeout_seconds: float = WAIT_SECONDS) -> m.OrderView:
        """The order once it is as far as `until` on its way; raises EndedOtherwise where it ends without."""
        reached, operation = WAY[WAY.index(until) :], operations.get_order
        return await self._caller.wait(
            operation, reached, WAY_ENDED, timeout_seconds=timeout_seconds, order_id=order_id
        )

    async def files(self, order_id: str) -> list[m.FileLinkView]:
        """Links to what was bought; opening them is a use of the licence."""
        return (await self._caller.call(operations.open_links, order_id=order_id)).files

    async def download(
        self,
        order_id: str,
        to: Path | str = ".",
        *,
        progress: Progress | None = None,
        overwrite: bool = False,
    ) -> list[Path]:
        """Fetch everything that was bought into a folder, each file checked by its digest.

        Raises AnswerUnreadable where two files would have one name, as a disk that knows no case has it, and
        FileInTheWay where a file of another content has the name of one, unless it may be overwritten.
        """
        links = await self.files(order_id)
        if len({safe_name(link.name).casefold() for link in links}) < len(links):
            raise AnswerUnreadable(f"{order_id}: 文件重名 · two files have one name")
        return [await self._files.download(link, to, progress=progress, overwrite=overwrite) for link in links]

    async def receive(self, order_id: str, paths: list[Path], *, key: str | None = None) -> m.DeliveryView:
        """State the digests of what has arrived; the centre issues the receipt."""
        digests: Mapping[str, str] = await in_thread(_digests, paths)
        body = m.ConfirmReceipt(files=[m.ReceivedFile(name=name, sha256=each) for name, each in digests.items()])
        return await self._caller.call(operations.confirm_receipt, body, order_id=order_id, key=key)

    async def verify(self, order_id: str, trust: Trust, paths: list[Path]) -> Proof:
        """Check agreement, certificate, scorecard and receipt, and the files that were fetched, against each other.

        What is checked here is believed on the word of nobody but the keys in `trust`; what the caller is not shown is
        told as not checked. Raises NotAgreed.
        """
        order = await self.get(order_id)
        if order.agreement_id is None:
            raise NotAgreed(f"{order_id}: 尚无协议 · there is no agreement yet")
        agreement = await self._caller.call(operations.get_agreement, agreement_id=order.agreement_id)
        if agreement.document_id is None:
            raise NotAgreed(f"{order_id}: 协议尚未生效 · the agreement is not in force yet")
        listing = await self._caller.call(operations.get_listing, listing_id=order.listing_id)
        subject: Any = agreement.content["subject"]
        certificate = await self._caller.call(operations.get_certificate, certificate=subject["certificate_id"])
        # A product goes on to later revisions, and its scorecard with it.
        is_sold = listing.revision_id == subject["revision_id"]
        scorecard = await self._scorecard(listing.scorecard_id if is_sold else None)
        delivery = await self._caller.call(operations.get_delivery, order_id=order_id)
        ids = {
            "agreement": agreement.document_id,
            "certificate": certificate.document_id,
            **({"scorecard": scorecard} if scorecard else {}),
            **({"receipt": delivery.receipt_id} if delivery.receipt_id else {}),
        }
        reports = {name: await self._documents.verify(id_, trust) for name, id_ in ids.items()}
        return await in_thread(proved, reports, paths, order_id)

    async def _scorecard(self, scorecard_id: str | None) -> str | None:
        """The document of a scorecard, where the caller may see it."""
        if scorecard_id is None:
            return None
        try:
            card = await self._caller.call(operations.get_scorecard, scorecard_id=scorecard_id)
            await self._documents.get(card.document_id)
        except NotThere:
            return None
        return card.document_id

    async def accept(self, order_id: str, *, key: str | None = None) -> m.OrderView:
        """Accept what was delivered: the money goes to the provider."""
        return await self._caller.call(operations.accept_order, order_id=order_id, key=key)

    async def cancel(self, order_id: str, reason: str, *, key: str | None = None) -> m.OrderView:
        """End an order that is not paid."""
        return await self._caller.call(operations.cancel_order, {"reason": reason}, order_id=order_id, key=key)


def _digests(paths: list[Path]) -> dict[str, str]:
    return {path.name: Source.of(path, path.name).sha256 for path in paths}
