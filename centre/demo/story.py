"""The story the demonstration tells, in ten steps; each step is a function of what the steps before it left."""

from pathlib import Path
from typing import Any, Final

from centre.demo import engage, proof, supply, trade
from centre.demo.account import Account
from centre.demo.people import gather
from centre.demo.tale import Centre, Tale

STEPS: Final = 13


def tell(centre: Centre, output: Path, account: Account) -> dict[str, Any]:
    """Tell it from admission to proof; gives the summary that is also written to `summary.json`."""
    output.mkdir(parents=True, exist_ok=True)
    account.step("主体准入与授权", "Admit the organisations")
    people = gather(centre.operator, centre.invitations, account)
    tale = Tale(centre, people, account, output)
    supply.prepare_data(tale)
    supply.register_rights(tale)
    supply.score_quality(tale)
    engage.appraise(tale)
    supply.list_product(tale)
    supply.find_product(tale)
    trade.order_and_agree(tale)
    trade.pay_by_transfer(tale)
    trade.deliver_and_accept(tale)
    trade.settle(tale)
    trade.buy_by_card(tale)
    return proof.close(tale)
