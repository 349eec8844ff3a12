"""The seeded sandbox: a client for each of its people, its clock, and what the centre's officers decide there.

A production centre has people for that, and no test clock; there is nothing of this that works at one.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from liutong_client import models as m
from liutong_client import operations
from liutong_client.aio.client import AsyncLiutong

ADDRESS: Final = "http://127.0.0.1:8000"
NOTICE_WORKING_DAYS: Final = 6
"""One more than the public notice lasts."""
CHECKLIST: Final = ("description_accuracy", "source_compliance", "rights_clarity", "public_data_checked")


class AsyncSandbox:
    """A sandbox with the keys that its seeding wrote."""

    def __init__(self, keys: Mapping[str, str], base_url: str = ADDRESS, **more: Any) -> None:
        self._clients = {name: AsyncLiutong(base_url, key, **more) for name, key in keys.items()}

    @classmethod
    def read(cls, path: Path | str, base_url: str = ADDRESS, **more: Any) -> "AsyncSandbox":
        """By `sandbox-keys.json` of the server's data folder; raises OSError."""
        people = json.loads(Path(path).read_text(encoding="utf-8"))
        return cls({name: person["key"] for name, person in people.items()}, base_url, **more)

    async def __aenter__(self) -> "AsyncSandbox":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def client(self, name: str) -> AsyncLiutong:
        """The client of one of its people: provider, buyer, valuer, registrar …; raises KeyError."""
        return self._clients[name]

    async def aclose(self) -> None:
        """Close the connections."""
        for each in self._clients.values():
            await each.aclose()

    async def advance(self, *, working_days: int = 0, seconds: int = 0) -> m.ClockView:
        """Move the sandbox's clock for everybody."""
        body = m.AdvanceClock(working_days=working_days, seconds=seconds)
        return await self.client("operator").call(operations.advance_clock, body)

    async def admit(self, party_id: str) -> m.PartyView:
        """Admit a party that has applied."""
        body = m.DecideAdmission(action="admit", reason="材料齐全")
        return await self.client("operator").call(operations.decide_admission, body, party_id=party_id)

    async def certify(self, registration_id: str) -> m.RegistrationView:
        """Take a case through acceptance, review and public notice to its certificate; the clock moves on for that."""
        registrar = self.client("registrar")
        case: dict[str, Any] = {"registration_id": registration_id}
        accepted = m.DecideAcceptance(decision="accept", reason="材料齐全")
        await registrar.call(operations.decide_acceptance, accepted, **case)
        await registrar.registrations.screened(registration_id)
        reviewed = {"decision": "approve", "checklist": dict.fromkeys(CHECKLIST, True), "reason": "审查通过"}
        await registrar.call(operations.review_registration, reviewed, **case)
        await registrar.call(operations.publish_notice, **case)
        await self.advance(working_days=NOTICE_WORKING_DAYS)
        return await registrar.call(operations.issue_certificate, **case)

    async def approve(self, listing_id: str) -> m.ListingView:
        """Approve a submitted listing."""
        body = m.ReviewListing(decision="approve", reason="证书、评分、价格齐备")
        return await self.client("reviewer").call(operations.review_listing, body, listing_id=listing_id)

    async def confirm(self, payment: m.PaymentView) -> m.PaymentView:
        """Let the transfer of a payment arrive, to the last cent."""
        clock = await self.client("operator").call(operations.get_clock)
        body = m.ConfirmTransfer(
            bank_reference=f"SANDBOX-{payment.id[-12:]}", amount=payment.amount, received_on=clock.day_in_china
        )
        return await self.client("clearing").call(operations.confirm_transfer, body, payment_id=payment.id)
