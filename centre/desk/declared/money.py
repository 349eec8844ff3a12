"""The clearing officers' desk, bills and payees; payments are awaited by what they pay."""

from typing import Any, Final

from centre.desk.waiting import Waiting, Whose, of
from kernel.states import Role
from kernel.text import Text
from market.banking.models import BankMatch
from market.banking.states import BANK_MATCH, MatchAction, MatchState
from market.billing.models import Bill
from market.billing.states import BILL, BillState
from market.card_disputes.models import CardDispute
from market.card_disputes.states import CARD_DISPUTE, CardDisputeAction, CardDisputeState
from market.clawbacks.models import ClawbackWriteOff
from market.clawbacks.states import WRITE_OFF, WriteOffAction, WriteOffState
from market.closing.models import LedgerCorrection, MonthClosing
from market.closing.states import CLOSING, CORRECTION, ClosingAction, ClosingState, CorrectionAction, CorrectionState
from market.exchange_rates.models import ExchangeRate
from market.exchange_rates.states import RATE, RateAction, RateState
from market.payments.models import InboxEvent
from market.payments.states import INBOX, InboxAction, InboxState
from market.payouts.models import PayeeAccount, Payout, PayoutBatch
from market.payouts.states import (
    BATCH,
    PAYEE_ACCOUNT,
    PAYOUT,
    BatchAction,
    BatchState,
    PayeeAction,
    PayeeState,
    PayoutAction,
    PayoutState,
)
from market.refunds.models import Refund
from market.refunds.states import REFUND, RefundAction, RefundState
from market.stripe_balance.models import StripeMatch
from market.stripe_balance.states import STRIPE_MATCH, StripeMatchAction, StripeMatchState
from market.transfer_reversals.models import TransferReversal
from market.transfer_reversals.states import TRANSFER_REVERSAL, TransferReversalAction, TransferReversalState
from market.withholding.models import WithheldShare
from market.withholding.queries import COMPLAINT
from market.withholding.states import WITHHELD, WithheldAction, WithheldState

_REFUNDED: Final = of(Refund.buyer, Refund.provider)
_CLEARING: Final = frozenset({Role.CLEARING})


def _officer(
    machine: Any, state: Any, title: Text, path: str, model: Any, *by: Any, known_to: Whose | None = None
) -> Waiting:
    """What a clearing officer does, or another one than whoever proposed it."""
    return Waiting(machine, (state,), title, path, model, by=by, known_to=known_to, due=model.due_at)


def _withheld(state: WithheldState, title: Text, *by: WithheldAction) -> Waiting:
    """A share is the officer's to decide on, save where a complaint decides."""
    return Waiting(
        WITHHELD,
        (state,),
        title,
        "/v1/withheld-shares/{id}",
        WithheldShare,
        by=by,
        known_to=of(WithheldShare.party_id),
        due=WithheldShare.due_at,
        when=WithheldShare.ground != COMPLAINT,
    )


WAITING: Final = (
    Waiting(
        BILL,
        (BillState.ISSUED, BillState.OVERDUE),
        Text("支付账单", "Pay a bill"),
        "/v1/bills/{id}",
        Bill,
        roles=frozenset({Role.BUYER}),
        mine=of(Bill.buyer),
        known_to=of(Bill.buyer, Bill.provider),
        due=Bill.due_at,
    ),
    Waiting(
        BANK_MATCH,
        (MatchState.UNKNOWN, MatchState.PARTIAL, MatchState.PROPOSED),
        Text("认领银行到账", "Say what money that came in is for"),
        "/v1/bank-entries/{id}",
        BankMatch,
        by=(MatchAction.ASSIGN, MatchAction.PREPAY, MatchAction.SEND_BACK),
        due=BankMatch.due_at,
    ),
    Waiting(
        BANK_MATCH,
        (MatchState.RETURNING,),
        Text("办理退汇", "Send money back at the bank"),
        "/v1/bank-entries/{id}",
        BankMatch,
        roles=_CLEARING,
        due=BankMatch.due_at,
    ),
    _officer(
        BANK_MATCH,
        MatchState.UNEXPLAINED,
        Text("说明银行扣款", "Explain what left the bank account"),
        "/v1/bank-entries/{id}",
        BankMatch,
        MatchAction.EXPLAIN,
    ),
    _officer(
        STRIPE_MATCH,
        StripeMatchState.UNEXPLAINED,
        Text("说明支付平台的余额变动", "Explain a movement at Stripe"),
        "/v1/stripe-transactions/{id}",
        StripeMatch,
        StripeMatchAction.EXPLAIN,
    ),
    _officer(
        STRIPE_MATCH,
        StripeMatchState.PROPOSED,
        Text("复核对余额变动的说明", "Approve an explanation of a movement at Stripe"),
        "/v1/stripe-transactions/{id}",
        StripeMatch,
        StripeMatchAction.APPROVE,
        StripeMatchAction.REFUSE,
    ),
    Waiting(
        CARD_DISPUTE,
        (CardDisputeState.OPEN,),
        Text("答复银行卡拒付", "Answer a card dispute"),
        "/v1/card-disputes/{id}",
        CardDispute,
        by=(CardDisputeAction.ANSWER,),
        known_to=of(CardDispute.buyer, CardDispute.provider),
        due=CardDispute.due_by,
    ),
    _officer(
        REFUND,
        RefundState.PROPOSED,
        Text("复核退款", "Approve a refund, or refuse"),
        "/v1/refunds/{id}",
        Refund,
        RefundAction.APPROVE,
        RefundAction.REFUSE,
        known_to=_REFUNDED,
    ),
    Waiting(
        REFUND,
        (RefundState.BEGUN,),
        Text("办理转账退款", "Send a refund by transfer"),
        "/v1/refunds/{id}",
        Refund,
        by=(RefundAction.SUCCEED,),
        known_to=_REFUNDED,
        due=Refund.due_at,
        when=Refund.method == "bank_transfer",
    ),
    _officer(
        REFUND,
        RefundState.FAILED,
        Text("重新办理失败的退款", "Send a refund again that failed"),
        "/v1/refunds/{id}",
        Refund,
        RefundAction.RESEND,
        known_to=_REFUNDED,
    ),
    Waiting(
        PAYEE_ACCOUNT,
        (PayeeState.DECLARED,),
        Text("以验证码确认收款账户", "Confirm a payee account by its code"),
        "/v1/payee-accounts/{id}",
        PayeeAccount,
        by=(PayeeAction.CONFIRM,),
        mine=of(PayeeAccount.party_id),
        due=PayeeAccount.lapses_at,
    ),
    _officer(
        PAYOUT,
        PayoutState.DUE,
        Text("将到期款项编入付款批次", "Put a payout that is due into a batch"),
        "/v1/payouts/{id}",
        Payout,
        PayoutAction.BATCH,
        known_to=of(Payout.party_id),
    ),
    _officer(
        BATCH,
        BatchState.PROPOSED,
        Text("复核付款批次", "Approve a batch of payouts, or refuse"),
        "/v1/payout-batches/{id}",
        PayoutBatch,
        BatchAction.APPROVE,
        BatchAction.REFUSE,
    ),
    _officer(
        TRANSFER_REVERSAL,
        TransferReversalState.REFERRED,
        Text("处理被拒绝的转账撤回", "See to a transfer that was not taken back"),
        "/v1/transfer-reversals/{id}",
        TransferReversal,
        TransferReversalAction.RETRY,
        TransferReversalAction.FAIL,
        known_to=of(TransferReversal.party_id),
    ),
    _withheld(
        WithheldState.HELD,
        Text("决定暂扣份额的去向", "Decide on a share that is held back"),
        WithheldAction.RELEASE,
        WithheldAction.REDIRECT,
    ),
    _withheld(
        WithheldState.ORDERED,
        Text("复核将暂扣的份额", "Look again at a share that is to be held back"),
        WithheldAction.LIFT,
    ),
    _officer(
        WRITE_OFF,
        WriteOffState.PROPOSED,
        Text("复核追偿核销", "Approve that a debt is written off, or refuse"),
        "/v1/clawback-write-offs/{id}",
        ClawbackWriteOff,
        WriteOffAction.APPROVE,
        WriteOffAction.REFUSE,
        known_to=of(ClawbackWriteOff.party_id),
    ),
    _officer(
        CORRECTION,
        CorrectionState.PROPOSED,
        Text("复核账簿更正", "Approve a correction of the books, or refuse"),
        "/v1/ledger/corrections/{id}",
        LedgerCorrection,
        CorrectionAction.APPROVE,
        CorrectionAction.REFUSE,
    ),
    _officer(
        CLOSING,
        ClosingState.DUE,
        Text("办理月结", "Close a month"),
        "/v1/ledger/months/{id}",
        MonthClosing,
        ClosingAction.CLOSE,
    ),
    _officer(
        CLOSING,
        ClosingState.REOPENING,
        Text("复核反结账申请", "Grant that a month is reopened, or refuse"),
        "/v1/ledger/months/{id}",
        MonthClosing,
        ClosingAction.GRANT,
        ClosingAction.REFUSE,
    ),
    _officer(
        RATE,
        RateState.PROPOSED,
        Text("复核汇率", "Confirm an exchange rate, or refuse"),
        "/v1/exchange-rates",
        ExchangeRate,
        RateAction.CONFIRM,
        RateAction.REFUSE,
    ),
    Waiting(
        INBOX,
        (InboxState.DEAD,),
        Text("处理未能处理的支付通知", "See to a payment event that could not be handled"),
        "/v1/inbox",
        InboxEvent,
        by=(InboxAction.REVIVE,),
    ),
)
