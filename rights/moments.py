"""Moments of the past that the register is asked about."""

from datetime import UTC, datetime

from kernel.errors import Unprocessable
from kernel.text import Text


class MomentInFuture(Unprocessable):
    """The register has said nothing yet about a moment that has not come."""

    title = Text("所查时点尚未到来", "The moment has not come yet")
    detail = Text("登记簿只能查询 {now} 及以前的时点。", "The register answers for moments up to {now} and not beyond.")
    rule = "LT-REG-05"


def past_moment(at: datetime | None, now: datetime) -> datetime:
    """The moment asked about, UTC where it names no zone, and now where none is named; raises MomentInFuture."""
    if at is None:
        return now
    moment = at if at.tzinfo else at.replace(tzinfo=UTC)
    if moment > now:
        raise MomentInFuture(now=now.isoformat())
    return moment
