"""After the contract: deliveries, complaints, notices of infringement, ends, and what the centre watches."""

from typing import Final

from sqlalchemy import any_

from centre.desk.declared.contracts import AGREED
from centre.desk.waiting import Column, Waiting, Whose, of, through, unless
from contracts.agreements.models import Agreement
from kernel.text import Text
from market.complaints.models import Complaint
from market.complaints.states import COMPLAINT, ComplaintAction, ComplaintState
from market.delivery.models import Delivery
from market.delivery.states import DELIVERY, DeliveryAction, DeliveryState
from market.delivery_plans.models import DeliveryPart, DeliveryPlan
from market.delivery_plans.states import DELIVERY_PART, DELIVERY_PLAN, PartAction, PartState, PlanAction, PlanState
from market.destructions.models import Destruction
from market.destructions.states import DESTRUCTION, DestructionAction, DestructionState
from market.endings.models import Termination
from market.endings.states import TERMINATION, TerminationAction, TerminationState
from market.notices.models import Notice
from market.notices.states import NOTICE, NoticeAction, NoticeState
from market.orders.models import Order
from market.permitted_incomes.models import IncomeCheck
from market.permitted_incomes.states import CHECK, CheckAction, CheckState
from market.price_spreads.models import PriceSpread
from market.price_spreads.states import PRICE_SPREAD, SpreadAction, SpreadState
from market.redeliveries.models import Redelivery
from market.redeliveries.states import REDELIVERY, RedeliveryAction, RedeliveryState

_ORDERED: Final = of(Order.buyer, Order.provider)
_SIDES: Final = of(Complaint.buyer, Complaint.provider)
_C, _CA = ComplaintState, ComplaintAction


def _complaint(
    states: tuple[ComplaintState, ...], title: Text, *by: ComplaintAction, mine: Whose | None = None
) -> Waiting:
    return Waiting(
        COMPLAINT,
        states,
        title,
        "/v1/complaints/{id}",
        Complaint,
        by=by,
        mine=mine,
        known_to=_SIDES,
        due=Complaint.due_at,
    )


def _part(state: PartState, title: Text, by: PartAction, due: Column) -> Waiting:
    return Waiting(
        DELIVERY_PART,
        (state,),
        title,
        "/v1/delivery-parts/{id}",
        DeliveryPart,
        by=(by,),
        mine=through(DeliveryPart.order_id, Order.id, of(Order.buyer)),
        known_to=through(DeliveryPart.order_id, Order.id, _ORDERED),
        due=due,
    )


WAITING: Final = (
    Waiting(
        DELIVERY,
        (DeliveryState.AVAILABLE,),
        Text("领取数据并签收", "Fetch what is there, and sign for it"),
        "/v1/orders/{id}",
        Delivery,
        by=(DeliveryAction.CONFIRM,),
        mine=of(Delivery.buyer),
        known_to=of(Delivery.buyer, Delivery.provider),
        about=Delivery.order_id,
    ),
    Waiting(
        DELIVERY_PLAN,
        (PlanState.PROPOSED,),
        Text("答复分批交付计划", "Answer a plan to deliver in parts"),
        "/v1/delivery-plans/{id}",
        DeliveryPlan,
        by=(PlanAction.AGREE, PlanAction.DECLINE),
        mine=unless(through(DeliveryPlan.order_id, Order.id, _ORDERED), of(DeliveryPlan.proposed_by)),
        known_to=through(DeliveryPlan.order_id, Order.id, _ORDERED),
        due=DeliveryPlan.due_at,
    ),
    _part(PartState.RELEASED, Text("签收一批交付", "Sign for a part"), PartAction.RECEIVE, DeliveryPart.collect_due_at),
    _part(PartState.RECEIVED, Text("验收一批交付", "Accept a part"), PartAction.ACCEPT, DeliveryPart.inspection_due_at),
    Waiting(
        REDELIVERY,
        (RedeliveryState.ASKED,),
        Text("答复重新交付请求", "Answer a request to deliver again"),
        "/v1/redeliveries/{id}",
        Redelivery,
        by=(RedeliveryAction.AGREE, RedeliveryAction.DECLINE),
        mine=of(Redelivery.provider),
        known_to=of(Redelivery.buyer, Redelivery.provider),
        due=Redelivery.due_at,
    ),
    Waiting(
        REDELIVERY,
        (RedeliveryState.REQUIRED,),
        Text("重新交付", "Deliver again"),
        "/v1/redeliveries/{id}",
        Redelivery,
        by=(RedeliveryAction.DELIVER,),
        mine=of(Redelivery.provider),
        known_to=of(Redelivery.buyer, Redelivery.provider),
        due=Redelivery.due_at,
    ),
    _complaint(
        (_C.FILED,), Text("答复投诉", "Answer a complaint"), _CA.ANSWER, _CA.CONCEDE, mine=of(Complaint.provider)
    ),
    _complaint((_C.ANSWERED, _C.UNANSWERED), Text("受理投诉调解", "Take up the mediation of a complaint"), _CA.TAKE),
    _complaint((_C.MEDIATING,), Text("提出调解方案", "Propose a settlement of a complaint"), _CA.PROPOSE),
    _complaint(
        (_C.PROPOSED,),
        Text("答复调解方案", "Answer a proposed settlement"),
        _CA.AGREE,
        _CA.REJECT,
        mine=unless(_SIDES, lambda party: party == any_(Complaint.accepted_by)),
    ),
    _complaint((_C.DECIDING,), Text("对投诉作出决定", "Decide on a complaint"), _CA.DECIDE),
    _complaint((_C.APPEALED,), Text("对复核申请作出决定", "Rule on an appeal"), _CA.RULE),
    _complaint(
        (_C.REDELIVERING,),
        Text("按决定重新交付", "Deliver again as decided"),
        _CA.REDELIVER,
        mine=of(Complaint.provider),
    ),
    _complaint(
        (_C.REDELIVERED,),
        Text("验收重新交付", "Accept what was delivered again"),
        _CA.ACCEPT,
        _CA.REFUSE,
        mine=of(Complaint.buyer),
    ),
    _complaint(
        (_C.HANDED_OFF,), Text("登记仲裁或诉讼结果", "Enter what a court or tribunal has decided"), _CA.CONCLUDE
    ),
    Waiting(
        NOTICE,
        (NoticeState.NOTIFIED,),
        Text("处理侵权通知", "See to a notice of infringement"),
        "/v1/infringement-notices/{id}",
        Notice,
        by=(NoticeAction.REJECT, NoticeAction.MEASURE),
        known_to=of(Notice.notifier),
        due=Notice.due_at,
    ),
    Waiting(
        NOTICE,
        (NoticeState.MEASURE,),
        Text("提出不侵权声明", "Counter a notice of infringement"),
        "/v1/infringement-notices/{id}",
        Notice,
        by=(NoticeAction.COUNTER,),
        mine=of(Notice.provider),
        known_to=of(Notice.provider, Notice.notifier),
        due=Notice.due_at,
    ),
    Waiting(
        NOTICE,
        (NoticeState.COUNTERED,),
        Text("转送不侵权声明", "Forward a counter-notice"),
        "/v1/infringement-notices/{id}",
        Notice,
        by=(NoticeAction.FORWARD,),
        known_to=of(Notice.provider, Notice.notifier),
        due=Notice.due_at,
    ),
    Waiting(
        TERMINATION,
        (TerminationState.NOTICED,),
        Text("答复解除通知", "Answer a notice of termination"),
        "/v1/agreements/{id}",
        Termination,
        by=(TerminationAction.AGREE, TerminationAction.REFUSE),
        mine=unless(through(Termination.agreement_id, Agreement.id, AGREED), of(Termination.by)),
        known_to=through(Termination.agreement_id, Agreement.id, AGREED),
        due=Termination.due_at,
        about=Termination.agreement_id,
    ),
    Waiting(
        DESTRUCTION,
        (DestructionState.REQUESTED,),
        Text("批准或拒绝销毁数据", "Approve the destruction of data, or refuse"),
        "/v1/destructions/{id}",
        Destruction,
        by=(DestructionAction.APPROVE, DestructionAction.REFUSE),
        known_to=of(Destruction.party_id),
        due=Destruction.due_at,
    ),
    Waiting(
        PRICE_SPREAD,
        (SpreadState.ASKED,),
        Text("说明同等条件下的价格差异", "Explain unequal prices for equal terms"),
        "/v1/price-spreads/{id}",
        PriceSpread,
        by=(SpreadAction.ANSWER,),
        mine=of(PriceSpread.provider),
        due=PriceSpread.due_at,
    ),
    Waiting(
        PRICE_SPREAD,
        (SpreadState.UNANSWERED,),
        Text("处理未说明的价格差异", "Refer unequal prices that nobody explained"),
        "/v1/price-spreads/{id}",
        PriceSpread,
        by=(SpreadAction.REFER,),
        known_to=of(PriceSpread.provider),
        due=PriceSpread.due_at,
    ),
    Waiting(
        PRICE_SPREAD,
        (SpreadState.ANSWERED,),
        Text("审核价格差异说明", "Decide on an explanation of unequal prices"),
        "/v1/price-spreads/{id}",
        PriceSpread,
        by=(SpreadAction.JUSTIFY, SpreadAction.RETURN, SpreadAction.REFER),
        known_to=of(PriceSpread.provider),
        due=PriceSpread.due_at,
    ),
    Waiting(
        CHECK,
        (CheckState.OPEN, CheckState.OVERDUE),
        Text("说明超出准许收入的部分", "Answer for income above what is permitted"),
        "/v1/income-checks/{id}",
        IncomeCheck,
        by=(CheckAction.ANSWER,),
        mine=of(IncomeCheck.party_id),
        due=IncomeCheck.due_at,
    ),
    Waiting(
        CHECK,
        (CheckState.ANSWERED,),
        Text("审核准许收入说明", "Decide on an answer about permitted income"),
        "/v1/income-checks/{id}",
        IncomeCheck,
        by=(CheckAction.ACCEPT, CheckAction.RETURN, CheckAction.DEDUCT),
        known_to=of(IncomeCheck.party_id),
        due=IncomeCheck.due_at,
    ),
)
