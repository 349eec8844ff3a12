"""What Liutong needs from whoever moves money; each gateway is one class that keeps this promise."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from kernel.money import Money
from market.ledger.book import Source
from market.payments.schemas import TransferInstructions


@dataclass(frozen=True, slots=True)
class PaymentIntentFacts:
    """What a gateway is told: the intent is stored before, so asking twice is asking once.

    `order_id` is the order's id, or that of whatever else is paid for.
    """

    payment_id: str
    order_id: str
    money: Money
    title: str
    return_url: str


@dataclass(frozen=True, slots=True)
class Opened:
    """How the payer goes on: on a page, or by the instructions."""

    reference: str
    url: str | None
    instructions: TransferInstructions | None


@dataclass(frozen=True, slots=True)
class Seen:
    """What the gateway says of a payment at this moment."""

    state: Literal["open", "paid", "failed", "closed"]
    money: Money | None
    charge_reference: str | None


@dataclass(frozen=True, slots=True)
class Sent:
    """Money on its way out; `done` is false where a person has to send it."""

    reference: str | None
    done: bool


@dataclass(frozen=True, slots=True)
class SeenRefund:
    """What the gateway says of a refund at this moment; `refund_id` is ours, as it was told."""

    reference: str
    state: Literal["pending", "succeeded", "failed"]
    money: Money
    refund_id: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class SeenDispute:
    """What the gateway says of a dispute at this moment; `status` is its own word.

    It has taken `withdrawn_minor`, and `fee_minor` for itself, and given back `reinstated_minor` with `fee_back_minor`.
    """

    reference: str
    charge_reference: str
    status: str
    money: Money
    reason: str
    due_by: datetime | None
    withdrawn_minor: int
    fee_minor: int
    reinstated_minor: int
    fee_back_minor: int


@dataclass(frozen=True, slots=True)
class SeenPayout:
    """What the gateway says of a payout at this moment; `payout_id` is ours, as it was told."""

    state: Literal["pending", "paid", "failed"]
    money: Money | None
    payout_id: str | None
    reason: str | None


class PaymentGateway(Protocol):
    """Moves money in and out. Every call may be repeated with the same ids and then happens once."""

    @property
    def source(self) -> Source:
        """The account of the books that stands for this gateway."""
        ...

    async def open(self, intent: PaymentIntentFacts) -> Opened:
        """Start a payment; raises PaymentRefused or GatewayUnavailable."""
        ...

    async def look(self, reference: str) -> Seen:
        """Ask how a payment stands; raises GatewayUnavailable."""
        ...

    async def close(self, payment_id: str, reference: str) -> None:
        """Make sure that nobody can pay any more; raises PaymentInProgress when somebody has."""
        ...

    async def refund(self, refund_id: str, payment_id: str, charge_reference: str | None, money: Money) -> SeenRefund:
        """Send a part or the whole of a payment back to the payer; raises PaymentRefused or GatewayUnavailable."""
        ...

    async def look_refund(self, reference: str) -> SeenRefund:
        """Ask how a refund stands; raises PaymentRefused where the gateway knows none, GatewayUnavailable."""
        ...

    async def look_dispute(self, reference: str) -> SeenDispute:
        """Ask how a dispute stands; raises PaymentRefused where the gateway knows none, GatewayUnavailable."""
        ...

    async def answer_dispute(self, dispute_id: str, reference: str, evidence: dict[str, Any]) -> None:
        """Send evidence, once."""
        ...

    async def close_dispute(self, dispute_id: str, reference: str) -> None:
        """Accept the loss of a dispute."""
        ...

    async def transfer(
        self, transfer_id: str, destination: str, money: Money, *, order_id: str, charge_reference: str | None
    ) -> Sent:
        """Give a party's account at the gateway its share of a payment."""
        ...

    async def payout(self, payout_id: str, account: str, money: Money) -> Sent:
        """Send a party's money at the gateway to its bank."""
        ...

    async def look_payout(self, reference: str, account: str) -> SeenPayout:
        """Ask how a payout of a party's account stands; raises GatewayUnavailable."""
        ...

    async def take_back(self, taken_back: str, transfer_reference: str, money: Money) -> Sent:
        """Take of a transfer back from the party's account at the gateway, once for each id that is `taken_back`.

        The id is a payout's, or that of a reversal of a part of one; raises PaymentRefused where it has been spent.
        """
        ...
