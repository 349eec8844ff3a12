"""What waits for whom, by package; a test holds that every state that does not end is here or among those that wait
for no person."""

from typing import Final

from centre.desk.declared import channels, contracts, money, papers, performance, register, trade, valuation
from centre.desk.waiting import Waiting

WAITING: Final[tuple[Waiting, ...]] = (
    *register.WAITING,
    *valuation.WAITING,
    *contracts.WAITING,
    *channels.WAITING,
    *trade.WAITING,
    *performance.WAITING,
    *money.WAITING,
    *papers.WAITING,
)
