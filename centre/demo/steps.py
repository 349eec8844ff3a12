"""The steps of the demonstration; each is a function of what the steps before it left."""

from pathlib import Path
from typing import Final

from centre.demo import engage, proof, supply, trade
from centre.demo.context import Centre, Context
from centre.demo.money import payout
from centre.demo.people import gather
from centre.demo.printer import Printer

STEPS: Final = 14


def run_all(centre: Centre, output: Path, printer: Printer) -> Context:
    """Go from admission to proof; gives what the steps have left, whose summary is written to `summary.json`."""
    output.mkdir(parents=True, exist_ok=True)
    printer.step("主体准入与授权", "Admit the organisations")
    people = gather(centre.operator, centre.invitations, printer)
    context = Context(centre, people, printer, output)
    supply.prepare_data(context)
    supply.register_rights(context)
    supply.score_quality(context)
    engage.appraise(context)
    supply.list_product(context)
    supply.find_product(context)
    trade.order_and_agree(context)
    trade.pay_by_transfer(context)
    trade.deliver_and_accept(context)
    trade.settle(context)
    trade.buy_by_card(context)
    payout.pay_out(context)
    proof.close(context)
    return context
