"""The waterfall against hand-computed cases and an oracle that shares no code with it."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.terms.prices import Seller
from kernel.money import Money
from market.settlement import rules
from market.settlement.waterfall import Tax, net_of, waterfall
from market.splits.tree import (
    Basis,
    Commission,
    Holder,
    Node,
    Overcommitted,
    Royalty,
    Tree,
    leaves,
    parsed,
    plain,
)
from tests.market.settlement import oracle

FEES = rules.FEES.version("2026-11").body
FLAT = rules.Fees(rates=("0.05",), limits_minor={"CNY": ()})
TAX = Tax(principal_rate="0.06")

GRANDPARENT = Node("ast_a", (Holder("A1", "3/5"), Holder("A2", "2/5")))
PARENT = Node("ast_b", (Holder("B"),), royalties=(Royalty("0.10", GRANDPARENT),))
PRODUCT = Node("ast_c", (Holder("S"),), royalties=(Royalty("0.20", PARENT),))
TREE = Tree(Seller.PRINCIPAL, PRODUCT, (Commission("I", "0.03"),))


def cny(text: str) -> Money:
    return Money(int(Decimal(text) * 100), "CNY")


def test_a_price_with_tax_goes_to_tax_fee_intermediary_and_the_chain_of_title():
    """10,000.00 including 6 %, fee 5 %; intermediary 3 %, parent 20 % of which its parent 10 %, held 60 : 40."""
    found = waterfall(cny("10000.00"), TREE, FLAT, TAX)
    assert (found.net, found.tax) == (cny("9433.96"), cny("566.04"))
    assert (found.fee, found.distributable) == (cny("471.70"), cny("8962.26"))
    assert [(part.leaf.party, part.money) for part in found.portions] == [
        ("I", cny("268.87")),
        ("A1", cny("107.55")),
        ("A2", cny("71.70")),
        ("B", cny("1613.20")),
        ("S", cny("6900.94")),
    ]


@pytest.mark.parametrize(
    ("rate", "net", "tax"), [("0.06", "943.40", "56.60"), ("0.03", "970.87", "29.13"), ("0.01", "990.10", "9.90")]
)
def test_the_tax_within_a_price(rate, net, tax):
    assert net_of(cny("1000.00"), Decimal(rate)) == cny(net)
    assert cny("1000.00") - cny(net) == cny(tax)


def test_the_fee_falls_by_bands():
    found = waterfall(cny("1234567.89"), Tree(Seller.AGENT, Node("a", (Holder("S"),))), FEES, TAX)
    assert [line.fee for line in found.lines] == [cny("5000.00"), cny("27000.00"), cny("4691.36")]
    assert (found.fee, found.tax.minor) == (cny("36691.36"), 0)


def test_whoever_comes_first_in_the_order_of_title_gets_what_is_left_over():
    """0.03 and 0.04 by 1 : 3 : 3, where a bigger amount gives the first less."""
    node = Node("a", (Holder("1", "1/7"), Holder("2", "3/7"), Holder("3", "3/7")))
    free = rules.Fees(rates=("0",), limits_minor={"CNY": ()})
    for amount, parts in ((3, [1, 1, 1]), (4, [0, 2, 2])):
        found = waterfall(Money(amount, "CNY"), Tree(Seller.AGENT, node), free, TAX)
        assert [part.money.minor for part in found.portions] == parts


def test_a_party_that_is_reached_twice_keeps_two_shares():
    both = Node("c", (Holder("S"),), royalties=(Royalty("0.1", Node("a", (Holder("B"),))), Royalty("0.2", PARENT)))
    assert [leaf.party for leaf in leaves(Tree(Seller.AGENT, both))].count("B") == 2


def test_a_royalty_on_the_proceeds_is_a_part_of_all_that_is_distributed():
    far = Node("b", (Holder("B"),), royalties=(Royalty("0.05", Node("a", (Holder("A"),)), Basis.PROCEEDS),))
    tree = Tree(Seller.AGENT, Node("c", (Holder("S"),), royalties=(Royalty("0.20", far),)))
    assert [(leaf.party, leaf.weight) for leaf in leaves(tree)] == [
        ("A", Fraction(1, 20)),
        ("B", Fraction(3, 20)),
        ("S", Fraction(4, 5)),
    ]


def test_nobody_owes_more_than_it_gets():
    a = Node("a", (Holder("A"),))
    for royalties, commissions in (
        ((Royalty("0.6", a), Royalty("0.5", a)), ()),
        ((Royalty("0.6", a),), (Commission("I", "0.5"),)),
    ):
        with pytest.raises(Overcommitted, match="owes more"):
            leaves(Tree(Seller.AGENT, Node("c", (Holder("S"),), royalties=royalties), commissions))


@given(tree=oracle.trees(), minor=st.integers(1, 10**13))
def test_any_tree_shares_as_the_oracle_says_and_conserves_every_minor_unit(tree, minor):
    found = waterfall(Money(minor, "CNY"), tree, FEES, TAX)
    parts = [part.money.minor for part in found.portions]
    assert found.tax.minor + found.fee.minor + sum(parts) == minor
    assert min(parts) >= 0
    assert parts == oracle.shared(found.distributable.minor, plain(tree))
    assert parsed(plain(tree)) == tree


@pytest.mark.slow
def test_every_amount_up_to_a_million_is_conserved():
    for minor in range(1, 10**6 + 1):
        found = waterfall(Money(minor, "CNY"), TREE, FEES, TAX)
        parts = [part.money.minor for part in found.portions]
        assert found.tax.minor + found.fee.minor + sum(parts) == minor
        assert parts == oracle.shared(found.distributable.minor, TREE_PLAIN)


TREE_PLAIN = plain(TREE)
