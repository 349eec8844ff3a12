"""Refusals of announcements of outages."""

from kernel.errors import Unprocessable
from kernel.text import Text


class MaintenanceTooLate(Unprocessable):
    """Maintenance is announced early enough for buyers to prepare."""

    title = Text("维护公告不够提前", "The maintenance is announced too late")
    detail = Text(
        "维护须至少提前 {notice_hours} 小时公告，最早自 {earliest} 起。",
        "Maintenance is announced {notice_hours} hours before; the earliest that it may begin is {earliest}.",
    )
    rule = "LT-SLA-03"


class MaintenanceTooLong(Unprocessable):
    """Maintenance has its bounds, each time and in each month."""

    title = Text("维护时间过长", "The maintenance is too long")
    detail = Text(
        "单次维护至多 {hours_max} 小时，同一商品任意 31 日内合计至多 {month_hours_max} 小时。",
        "Maintenance takes {hours_max} hours at most, and {month_hours_max} within any 31 days of one listing.",
    )
    rule = "LT-SLA-03"


class OutageTimesWrong(Unprocessable):
    """An outage of our own has been, and not long ago."""

    title = Text("停机时段不成立", "The times of the outage cannot be so")
    detail = Text(
        "停机时段须先始后终，并在 {earliest} 至 {latest} 之间。",
        "An outage begins before it ends, and lies between {earliest} and {latest}.",
    )
    rule = "LT-SLA-04"
