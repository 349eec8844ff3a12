"""The story the demonstration tells, in ten steps; each step is a function of what the steps before it left."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from market.demo import proof, supply, trade
from market.demo.account import Account
from market.demo.caller import Caller
from market.demo.people import People, gather

STEPS: Final = 13


@dataclass
class Centre:
    """The centre as the demonstration reaches it."""

    operator: Caller
    stripe_url: str
    folder: Path


@dataclass
class Tale:
    """What the story has come to so far."""

    centre: Centre
    people: People
    account: Account
    output: Path
    files: dict[str, Path] = field(default_factory=dict)
    registered: dict[str, str] = field(default_factory=dict)
    delivered: dict[str, str] = field(default_factory=dict)
    known: dict[str, Any] = field(default_factory=dict)


def tell(centre: Centre, output: Path, account: Account) -> dict[str, Any]:
    """Tell it from admission to proof; gives the summary that is also written to `summary.json`."""
    output.mkdir(parents=True, exist_ok=True)
    account.step("主体准入与授权", "Admit the organisations")
    people = gather(centre.operator, account)
    tale = Tale(centre, people, account, output)
    supply.prepare_data(tale)
    supply.register_rights(tale)
    supply.score_quality(tale)
    supply.appraise(tale)
    supply.list_product(tale)
    supply.find_product(tale)
    trade.order_and_agree(tale)
    trade.pay_by_transfer(tale)
    trade.deliver_and_accept(tale)
    trade.settle(tale)
    trade.buy_by_card(tale)
    return proof.close(tale)
