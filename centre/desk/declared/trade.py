"""From the shelf to the contract: listings, negotiations, requests, auctions, carts, orders and what runs on."""

from typing import Final

from sqlalchemy import and_, func, or_, select

from centre.desk.waiting import Waiting, of, unless
from kernel.states import Role
from kernel.text import Text
from market.auctions.models import Auction, AuctionBidder, AuctionCommitment
from market.auctions.states import AUCTION, BIDDER, AuctionAction, AuctionState, BidderAction, BidderState
from market.carts.models import Cart
from market.carts.states import CART, CartAction, CartState
from market.dataspace.models import DataspaceNegotiation, DataspaceTransfer
from market.dataspace.states import NEGOTIATION as DATASPACE
from market.dataspace.states import (
    TRANSFER,
    DataspaceNegotiationAction,
    DataspaceNegotiationState,
    TransferAction,
    TransferState,
)
from market.listings.models import Listing
from market.listings.states import LISTING, ListingAction, ListingState
from market.mandates.models import Mandate, MandateOrder
from market.mandates.states import (
    MANDATE,
    MANDATE_ORDER,
    MandateAction,
    MandateOrderAction,
    MandateOrderState,
    MandateState,
)
from market.negotiation.models import Negotiation
from market.negotiation.states import NEGOTIATION, NegotiationAction, NegotiationState
from market.orders.models import Order
from market.orders.states import ORDER, OrderAction, OrderState
from market.renewals.models import Renewal
from market.renewals.states import RENEWAL, RenewalAction, RenewalState
from market.requests.models import QuotationRequest
from market.requests.states import REQUEST, QuotationAction, QuotationState
from market.subscriptions.models import Subscription
from market.subscriptions.states import SUBSCRIPTION, SubscriptionAction, SubscriptionState

_ORDERED: Final = of(Order.buyer, Order.provider)
_NEGOTIATED: Final = of(Negotiation.provider, Negotiation.consumer)
_D, _DA = DataspaceNegotiationState, DataspaceNegotiationAction
_N, _NA = NegotiationState, NegotiationAction


def _dataspace(
    side: str, states: tuple[DataspaceNegotiationState, ...], title: Text, *by: DataspaceNegotiationAction
) -> Waiting:
    """What a member's own side of a negotiation over the dataspace protocol is asked for."""
    return Waiting(
        DATASPACE,
        states,
        title,
        "/v1/dataspace/negotiations/{id}",
        DataspaceNegotiation,
        by=by,
        mine=lambda party: and_(DataspaceNegotiation.participant == party, DataspaceNegotiation.side == side),
        known_to=of(DataspaceNegotiation.participant),
        due=DataspaceNegotiation.due_at,
    )


WAITING: Final = (
    Waiting(
        LISTING,
        (ListingState.DRAFT,),
        Text("提交产品上架审核", "Submit a listing for review"),
        "/v1/listings/{id}",
        Listing,
        by=(ListingAction.SUBMIT,),
        mine=of(Listing.provider),
    ),
    Waiting(
        LISTING,
        (ListingState.SUBMITTED,),
        Text("审核上架申请", "Review a listing"),
        "/v1/listings/{id}",
        Listing,
        by=(ListingAction.APPROVE, ListingAction.REJECT),
        known_to=of(Listing.provider),
    ),
    Waiting(
        NEGOTIATION,
        (_N.REQUESTED,),
        Text("答复买方的要约", "Answer a buyer's request"),
        "/v1/negotiations/{id}",
        Negotiation,
        by=(_NA.OFFER, _NA.ACCEPT, _NA.REJECT),
        mine=of(Negotiation.provider),
        known_to=_NEGOTIATED,
        due=Negotiation.due_at,
    ),
    Waiting(
        NEGOTIATION,
        (_N.OFFERED,),
        Text("答复提供方的要约", "Answer a provider's offer"),
        "/v1/negotiations/{id}",
        Negotiation,
        by=(_NA.REQUEST, _NA.ACCEPT, _NA.REJECT),
        mine=of(Negotiation.consumer),
        known_to=_NEGOTIATED,
        due=Negotiation.due_at,
    ),
    Waiting(
        REQUEST,
        (QuotationState.DRAFT,),
        Text("发布询价", "Open a request for quotation"),
        "/v1/quotation-requests/{id}",
        QuotationRequest,
        by=(QuotationAction.OPEN,),
        mine=of(QuotationRequest.buyer),
        due=QuotationRequest.due_at,
    ),
    Waiting(
        REQUEST,
        (QuotationState.CLOSED,),
        Text("在报价中定标", "Award a quotation, or decline them all"),
        "/v1/quotation-requests/{id}",
        QuotationRequest,
        by=(QuotationAction.AWARD, QuotationAction.DECLINE),
        mine=of(QuotationRequest.buyer),
        due=QuotationRequest.award_due_at,
    ),
    Waiting(
        AUCTION,
        (AuctionState.DRAFT,),
        Text("发布竞价公告", "Give notice of an auction"),
        "/v1/auctions/{id}",
        Auction,
        by=(AuctionAction.NOTICE,),
        mine=of(Auction.provider),
    ),
    Waiting(
        AUCTION,
        (AuctionState.CLOSED,),
        Text("签署成交确认书", "Sign the confirmation of an auction"),
        "/v1/auctions/{id}",
        Auction,
        by=(AuctionAction.CONFIRM,),
        mine=unless(
            lambda party: or_(Auction.provider == party, Auction.outcome["party"].astext == party),
            lambda party: Auction.signatures.contains(func.jsonb_build_array(func.jsonb_build_object("party", party))),
        ),
        known_to=lambda party: or_(Auction.provider == party, Auction.outcome["party"].astext == party),
        due=Auction.confirm_due_at,
    ),
    Waiting(
        AUCTION,
        (AuctionState.CLOSING,),
        Text("揭示密封报价", "Reveal a sealed bid"),
        "/v1/auctions/{id}",
        Auction,
        roles=frozenset({Role.BUYER}),
        mine=lambda party: Auction.id.in_(
            select(AuctionCommitment.auction_id)
            .join(AuctionBidder, AuctionBidder.id == AuctionCommitment.bidder_id)
            .where(AuctionBidder.party_id == party, AuctionCommitment.revealed_at.is_(None))
        ),
        due=Auction.reveals_until,
        when=Auction.reveals_until.is_not(None),
    ),
    Waiting(
        BIDDER,
        (BidderState.REGISTERED,),
        Text("交纳竞价保证金", "Pay the deposit of an auction"),
        "/v1/auctions/{id}",
        AuctionBidder,
        roles=frozenset({Role.BUYER}),
        mine=of(AuctionBidder.party_id),
        about=AuctionBidder.auction_id,
    ),
    Waiting(
        BIDDER,
        (BidderState.RELEASING,),
        Text("退还竞价保证金", "Return the deposit of an auction"),
        "/v1/auctions/{id}",
        AuctionBidder,
        by=(BidderAction.RETURN,),
        known_to=of(AuctionBidder.party_id),
        about=AuctionBidder.auction_id,
    ),
    Waiting(
        CART,
        (CartState.OPEN,),
        Text("提交采购清单", "Place what is in a cart"),
        "/v1/carts/{id}",
        Cart,
        by=(CartAction.PLACE, CartAction.DISCARD),
        mine=of(Cart.buyer),
        due=Cart.due_at,
    ),
    Waiting(
        MANDATE,
        (MandateState.DRAFTED,),
        Text("签署或撤销智能体委托书", "Sign a mandate of an agent, or revoke it"),
        "/v1/mandates/{id}",
        Mandate,
        by=(MandateAction.SIGN, MandateAction.REVOKE),
        mine=of(Mandate.principal),
        due=Mandate.not_after,
    ),
    Waiting(
        MANDATE_ORDER,
        (MandateOrderState.AWAITING_APPROVAL,),
        Text("批准或否决智能体的订单", "Approve an order of an agent, or reject it"),
        "/v1/mandate-orders/{id}",
        MandateOrder,
        by=(MandateOrderAction.APPROVE, MandateOrderAction.REJECT),
        mine=of(MandateOrder.principal),
        due=MandateOrder.due_at,
    ),
    Waiting(
        ORDER,
        (OrderState.PLACED,),
        Text("签约并付款", "Sign and pay an order"),
        "/v1/orders/{id}",
        Order,
        roles=frozenset({Role.BUYER}),
        mine=of(Order.buyer),
        known_to=_ORDERED,
        due=Order.payment_due_at,
    ),
    Waiting(
        ORDER,
        (OrderState.DELIVERED,),
        Text("检验并验收", "Inspect and accept what was delivered"),
        "/v1/orders/{id}",
        Order,
        by=(OrderAction.ACCEPT,),
        mine=of(Order.buyer),
        known_to=_ORDERED,
        due=Order.inspection_due_at,
    ),
    Waiting(
        SUBSCRIPTION,
        (SubscriptionState.TRIALING,),
        Text("决定是否转为正式订阅", "Convert a trial, or let it end"),
        "/v1/subscriptions/{id}",
        Subscription,
        by=(SubscriptionAction.CONVERT,),
        mine=of(Subscription.buyer),
        known_to=of(Subscription.buyer, Subscription.provider),
        due=Subscription.trial_ends_at,
    ),
    Waiting(
        RENEWAL,
        (RenewalState.OFFERED,),
        Text("答复续约要约", "Answer an offer to renew"),
        "/v1/renewals/{id}",
        Renewal,
        by=(RenewalAction.ACCEPT, RenewalAction.DECLINE),
        mine=of(Renewal.consumer),
        known_to=of(Renewal.consumer, Renewal.provider),
        due=Renewal.expires_at,
    ),
    _dataspace(
        "provider", (_D.REQUESTED,), Text("答复数据空间协商请求", "Answer a request over the dataspace"), _DA.AGREE
    ),
    _dataspace("provider", (_D.ACCEPTED,), Text("签署数据空间协议", "Sign an agreement over the dataspace"), _DA.AGREE),
    _dataspace("consumer", (_D.OFFERED,), Text("答复数据空间要约", "Answer an offer over the dataspace"), _DA.ACCEPT),
    _dataspace(
        "consumer", (_D.AGREED,), Text("核验数据空间协议", "Verify an agreement over the dataspace"), _DA.VERIFY
    ),
    _dataspace(
        "provider", (_D.VERIFIED,), Text("完成数据空间协商", "Finalise a negotiation over the dataspace"), _DA.FINALIZE
    ),
    Waiting(
        TRANSFER,
        (TransferState.REQUESTED,),
        Text("开始数据空间传输", "Start a transfer over the dataspace"),
        "/v1/dataspace/transfers/{id}",
        DataspaceTransfer,
        by=(TransferAction.START,),
        mine=lambda party: and_(DataspaceTransfer.participant == party, DataspaceTransfer.side == "provider"),
        known_to=of(DataspaceTransfer.participant),
        due=DataspaceTransfer.due_at,
    ),
)
