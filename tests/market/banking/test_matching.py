"""What a line that came in is: by its reference, else by its payer, else nobody's."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from kernel import ids
from market.banking.matching.names import same_name
from market.banking.matching.rules import POLICY, Awaited, Decision, Incoming, Outcome, Reason, decide
from market.payments.gateways.references import reference_of, references_in
from tests.conftest import NOW

BANKING = POLICY.at(NOW.date()).body
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def awaited(
    minor=1_250_000, *, held=0, waiting=True, paid=False, name="数据使用方（上海）", known=False, named="pay_1"
):
    return Awaited(named, name, minor, "CNY", held, waiting, paid, known)


def decided(minor, *named, owed=(), payer="数据使用方(上海)", currency="CNY", banking=BANKING):
    return decide(Incoming(minor, currency, payer), named, list(owed), banking)


def test_the_reference_decides_by_amount():
    assert decided(1_250_000, awaited()) == Decision(Outcome.EXACT, Reason.REFERENCE, ("pay_1",))
    assert decided(500_000, awaited()).outcome is Outcome.PARTIAL
    assert decided(750_000, awaited(held=500_000)).outcome is Outcome.EXACT
    more = decided(1_250_100, awaited())
    assert (more.outcome, more.surplus_minor) == (Outcome.SURPLUS, 100)


def test_a_payment_that_does_not_wait_is_paid_twice():
    again = decided(1_250_000, awaited(waiting=False, paid=True))
    assert (again.outcome, again.reason) == (Outcome.DOUBLE, Reason.PAID_ALREADY)
    assert decided(1_250_000, awaited(waiting=False)).reason is Reason.GIVEN_UP


def test_whoever_pays_for_another_is_looked_at_by_an_officer():
    other = decided(1_250_000, awaited(), payer="别的公司")
    assert (other.outcome, other.reason) == (Outcome.PROPOSED, Reason.OTHER_PAYER)
    assert decided(1_250_000, awaited(), payer=None).outcome is Outcome.PROPOSED
    assert decided(1_250_000, awaited(known=True), payer="别的公司").outcome is Outcome.EXACT


def test_without_a_reference_nothing_is_booked_by_guess():
    one, two, three = awaited(100, named="pay_1"), awaited(250, named="pay_2"), awaited(350, named="pay_3")
    assert decided(250, owed=[one, two, three]) == Decision(Outcome.PROPOSED, Reason.KNOWN_PAYER, ("pay_2",))
    assert decided(600, owed=[one, two, three]).payments == ("pay_2", "pay_3")
    assert decided(700, owed=[one, two, three]).payments == ("pay_1", "pay_2", "pay_3")
    assert decided(350, owed=[one, two, three]).payments == ("pay_3",)
    twins = [awaited(100, named="pay_1"), awaited(100, named="pay_2")]
    assert decided(100, owed=twins) == Decision(Outcome.UNKNOWN, Reason.NOTHING_FITS)
    assert decided(1, owed=[one]).outcome is Outcome.UNKNOWN


def test_two_sets_that_fit_are_no_proposal_and_more_than_twelve_are_not_tried():
    several = [awaited(minor, named=f"pay_{minor}") for minor in (100, 200, 300, 400)]
    assert decided(500, owed=several).outcome is Outcome.UNKNOWN
    many = [awaited(1 << bit, named=f"pay_{bit}") for bit in range(13)]
    assert decided(3, owed=many).outcome is Outcome.UNKNOWN
    assert decided(3, owed=many[:12]).payments == ("pay_0", "pay_1")


def test_a_small_shortfall_is_a_fee_only_by_rule():
    assert decided(1_249_999, awaited()).outcome is Outcome.PARTIAL
    tolerant = msgspec.structs.replace(BANKING, fee_tolerance_minor={"CNY": 5})
    fee = decided(1_249_995, awaited(), banking=tolerant)
    assert (fee.outcome, fee.shortfall_minor) == (Outcome.EXACT, 5)
    assert decided(1_249_994, awaited(), banking=tolerant).outcome is Outcome.PARTIAL


def test_another_currency_and_several_references_are_for_an_officer():
    assert decided(1_250_000, awaited(), currency="USD").reason is Reason.OTHER_CURRENCY
    both = decided(1_250_000, awaited(named="pay_1"), awaited(named="pay_2"))
    assert (both.outcome, both.reason) == (Outcome.PROPOSED, Reason.SEVERAL_REFERENCES)


@given(st.uuids())
def test_a_reference_is_found_however_it_is_written(uuid):
    reference = reference_of(f"pay_{uuid}")
    plain = reference.replace("-", "")
    wide = "".join(chr(ord(each) + 0xFEE0) for each in plain)
    misread = plain[:2] + plain[2:].replace("0", "O").replace("1", "l")
    for text in (reference, f"货款{plain.lower()}谢谢", wide, " ".join(plain), f"订单 {misread} "):
        assert reference in references_in(text)


@given(st.uuids(), st.integers(0, 9), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_no_reference(uuid, at, other):
    body = reference_of(f"pay_{uuid}").replace("-", "")[2:]
    wrong = body[:at] + other + body[at + 1 :]
    assert (f"LT-{wrong[:5]}-{wrong[5:]}" in references_in(f"LT{wrong}")) is (wrong == body)


@given(st.uuids(), st.integers(0, 8))
def test_two_neighbours_exchanged_are_no_reference(uuid, at):
    body = reference_of(f"pay_{uuid}").replace("-", "")[2:]
    wrong = body[:at] + body[at + 1] + body[at] + body[at + 2 :]
    assert (f"LT-{wrong[:5]}-{wrong[5:]}" in references_in(f"LT{wrong}")) is (wrong == body)


def test_references_are_given_once():
    assert len({reference_of(ids.new("pay")) for _ in range(2000)}) == 2000


def test_names_are_compared_as_people_read_them():
    assert same_name("数据使用方（上海）有限公司", "数据使用方(上海) 有限公司")
    assert not same_name("数据使用方", "数据提供方")
    assert not same_name(None, "数据提供方")
    assert not same_name("", "")
