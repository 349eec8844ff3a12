"""The cap of a product of public data is good for its cycle of three years (PRICE65), and then must be decided anew."""

from datetime import date

from msgspec.structs import replace

from kernel.money import Money
from rights.classification.gates import answers
from rights.classification.policy import POLICY, PRICE_CAP
from rights.classification.rules import GateFacts

TODAY = date(2026, 11, 23)
FACTS = GateFacts(
    act="listing",
    public_data=True,
    price=Money(50_000, "CNY"),
    price_cap=Money(60_000, "CNY"),
    price_cap_until=date(2029, 11, 23),
)


def _cap(facts: GateFacts) -> tuple[str, str]:
    (answer,) = [one for one in answers(facts, POLICY.at(TODAY).body) if one.rule == "LT-CLS-14"]
    return answer.outcome, answer.en


def test_a_price_under_a_cap_passes_until_the_cap_is_over() -> None:
    assert PRICE_CAP.at(TODAY).body.years == 3
    assert _cap(FACTS)[0] == "passed"
    outcome, told = _cap(replace(FACTS, price_cap_lapsed=True))
    assert (outcome, "2029-11-23" in told) == ("held", True)
