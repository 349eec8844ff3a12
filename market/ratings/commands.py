"""Rating an order, editing it, answering it; the month's mean. Nothing here deletes."""

import hashlib
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from kernel import ids
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked
from kernel.log.record import record
from kernel.time.clock import start_of_day_in_china
from market.orders import queries as orders
from market.orders.models import Order
from market.ratings.errors import (
    RatingAnswered,
    RatingClosed,
    RatingNotVerified,
    RatingNotYours,
    RatingRepeated,
    RatingWithoutText,
)
from market.ratings.queries import AUDIENCE, view
from market.ratings.schemas import AnswerRating, GiveRating, RatingView, WithdrawRatingText
from market.reputation import rules
from market.reputation.models import Rating, RatingMean
from market.reputation.queries import tally


async def give(act: Act, order_id: str, data: GiveRating) -> RatingView:
    """The buyer rates what it accepted, once for each order.

    Raises NotFound for strangers, RatingNotYours, RatingNotVerified and RatingRepeated.
    """
    order = await locked(act.session, Order, order_id)
    orders.AUDIENCE.require(act.actor, order.id, order.buyer, order.provider)
    if act.actor.party != order.buyer:
        raise RatingNotYours(order=order.id)
    if order.accepted_at is None:
        raise RatingNotVerified(order=order.id, state=str(order.status))
    earlier = await act.session.scalar(select(Rating.id).where(Rating.order_id == order.id))
    if earlier is not None:
        raise RatingRepeated(order=order.id, rating=earlier)
    row = Rating(
        id=ids.new("rtg"),
        order_id=order.id,
        listing_id=order.listing_id,
        buyer=order.buyer,
        provider=order.provider,
        stars=data.stars,
        as_described=data.as_described,
        text=data.text.strip(),
        withdrawn_reason=None,
        answer=None,
        created_at=act.at,
        edited_at=None,
        answered_at=None,
    )
    act.session.add(row)
    record(act, "market.rating.given", row.id, parties=row.parties, facts=_said(row))
    await act.session.flush()
    return view(row)


async def edit(act: Act, rating_id: str, data: GiveRating) -> RatingView:
    """The buyer says it otherwise, until it was answered; raises NotFound for anybody else, and RatingClosed."""
    row = await locked(act.session, Rating, rating_id)
    AUDIENCE.require_party(act.actor, row.id, row.buyer)
    if row.answer is not None or row.withdrawn_reason is not None:
        raise RatingClosed(rating=row.id)
    before = _said(row)
    row.stars, row.as_described, row.text = data.stars, data.as_described, data.text.strip()
    row.edited_at = act.at
    record(act, "market.rating.edited", row.id, parties=row.parties, facts={**_said(row), "before": before})
    return view(row)


async def answer(act: Act, rating_id: str, data: AnswerRating) -> RatingView:
    """The provider answers, once; raises NotFound for anybody else, and RatingAnswered."""
    row = await locked(act.session, Rating, rating_id)
    AUDIENCE.require_party(act.actor, row.id, row.provider)
    if row.answer is not None:
        raise RatingAnswered(rating=row.id)
    row.answer, row.answered_at = data.text, act.at
    record(act, "market.rating.answered", row.id, parties=row.parties, facts={"text_sha256": _digest(data.text)})
    return view(row)


async def withdraw_text(act: Act, rating_id: str, data: WithdrawRatingText) -> RatingView:
    """An officer takes unlawful words away and says why; stars and reason stay. Raises RatingWithoutText."""
    row = await locked(act.session, Rating, rating_id)
    AUDIENCE.require(act.actor, row.id)
    if not row.text:
        raise RatingWithoutText(rating=row.id)
    facts = {"text_sha256": _digest(row.text), "reason": data.reason, "rule": RatingWithoutText.rule}
    row.text, row.withdrawn_reason = "", data.reason
    record(act, "market.rating.text_withdrawn", row.id, parties=row.parties, facts=facts)
    return view(row)


async def freeze_mean(act: Act) -> bool:
    """Freeze the mean of the ratings that there were when the month began; says whether it was not frozen yet."""
    month = act.today.replace(day=1)
    counted = await tally(act.session, Rating.created_at < start_of_day_in_china(month))
    policy = rules.FORMULAS.at(month)
    mean = rules.market_mean(counted, policy.body)
    values = {"month": month, "mean": mean, "n": counted.n, "policy_version": policy.meta.version, "frozen_at": act.at}
    done = insert(RatingMean).values(values).on_conflict_do_nothing().returning(RatingMean.month)
    if await act.session.scalar(done) is None:
        return False
    facts = {"mean": str(mean), "n": str(counted.n), "policy": policy.meta.version}
    record(act.by(SYSTEM), "market.rating_mean.frozen", month.isoformat(), facts=facts)
    return True


def _said(row: Rating) -> dict[str, Any]:
    """What the log commits to: words by their digest, since they may have to go."""
    return {
        "order": row.order_id,
        "stars": str(row.stars),
        "as_described": row.as_described,
        "text_sha256": _digest(row.text),
    }


def _digest(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
