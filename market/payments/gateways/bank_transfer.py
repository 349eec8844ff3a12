"""Bank transfer (银行转账), the default: the payer quotes a reference, the clearing officer confirms the receipt."""

# ruff: noqa: ARG002  People move the money here, so most of what a gateway is told is for them and not for this class.

from typing import Any, Final

from kernel.money import Money
from kernel.settings import Settings
from market.ledger.book import Source
from market.payments.errors import MethodUnavailable
from market.payments.gateways.protocol import (
    Opened,
    PaymentIntentFacts,
    Seen,
    SeenDispute,
    SeenPayout,
    SeenRefund,
    Sent,
)
from market.payments.gateways.references import reference_of
from market.payments.schemas import TransferInstructions

_NOTE: Final = "汇款附言须注明付款编号。 Quote the reference in the remittance note."
_SANDBOX: Final = "沙箱账户，请勿汇款。 Sandbox account: do not send money."


class BankTransferGateway:
    """Tells the payer the centre's account; people move the money and say so. Only a sandbox has no account."""

    source: Final = Source.BANK

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def open(self, intent: PaymentIntentFacts) -> Opened:
        """Give the account and a reference that is short enough for a remittance note."""
        reference = reference_of(intent.payment_id)
        return Opened(reference, None, self._instructions(reference))

    def _instructions(self, reference: str) -> TransferInstructions:
        settings = self._settings
        if settings.bank_account_number:
            return TransferInstructions(
                settings.bank_account_name, settings.bank_account_number, settings.bank_name, reference, _NOTE
            )
        return TransferInstructions("沙箱 Sandbox", "0000000000000000", "沙箱 Sandbox", reference, _SANDBOX)

    async def look(self, reference: str) -> Seen:
        """Know nothing: a bank reports to the clearing officer, not to us."""
        return Seen("open", None, None)

    async def close(self, payment_id: str, reference: str) -> None:
        """Do nothing: money that still comes is not confirmed and goes back."""

    async def refund(self, refund_id: str, payment_id: str, charge_reference: str | None, money: Money) -> SeenRefund:
        """Refuse: a refund by bank is sent by the clearing officer, who confirms it with the bank's reference."""
        raise MethodUnavailable(method="bank_transfer")

    async def look_refund(self, reference: str) -> SeenRefund:
        """Refuse: the statement shows what has left."""
        raise MethodUnavailable(method="bank_transfer")

    async def look_dispute(self, reference: str) -> SeenDispute:
        """Refuse: transfers are not disputed."""
        raise MethodUnavailable(method="bank_transfer")

    async def answer_dispute(self, dispute_id: str, reference: str, evidence: dict[str, Any]) -> None:
        """Refuse: transfers are not disputed."""
        raise MethodUnavailable(method="bank_transfer")

    async def close_dispute(self, dispute_id: str, reference: str) -> None:
        """Refuse: transfers are not disputed."""
        raise MethodUnavailable(method="bank_transfer")

    async def transfer(
        self, transfer_id: str, destination: str, money: Money, *, order_id: str, charge_reference: str | None
    ) -> Sent:
        """Leave it to the clearing officer."""
        return Sent(None, done=False)

    async def payout(self, payout_id: str, account: str, money: Money) -> Sent:
        """Leave it to the clearing officer."""
        return Sent(None, done=False)

    async def look_payout(self, reference: str, account: str) -> SeenPayout:
        """Know nothing: the statement shows what has left."""
        return SeenPayout("pending", None, None, None)

    async def take_back(self, taken_back: str, transfer_reference: str, money: Money) -> Sent:
        """Leave it to the clearing officer."""
        return Sent(None, done=False)
