"""The notes table: balances follow from movements, totals from columns, and what cannot be is refused."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from valuation.accounting.lines import INTANGIBLE, INVENTORY, Development, Intangible, Inventory
from valuation.accounting.movements import balance_sheet, computed, development_faults, faults, table

AMOUNT = st.decimals(0, 10**9, places=2).map(lambda each: f"{each:f}")


def test_a_table_by_hand():
    # Gross 1,000 + 300 purchased - 200 lapsed = 1,100; amortisation 400 + 220 - 150 = 470; impairment 50.
    bought = Intangible(
        gross_opening="1000.00", gross_purchased="300.00", gross_lapsed="200.00", amortisation_opening="400.00",
        amortisation_charged="220.00", amortisation_lapsed="150.00", impairment_charged="50.00",
    )  # fmt: skip
    made = Intangible(gross_developed="500.00", amortisation_charged="25.00")
    stated = {"purchased": bought, "developed": made}
    assert list(faults("/intangible", INTANGIBLE, stated, "CNY")) == []
    rows = {row.code: row.cells for row in table(INTANGIBLE, stated, 2)}
    assert rows["gross_closing"] == ("1100.00", "500.00", "0.00", "1600.00")
    assert rows["amortisation_closing"] == ("470.00", "25.00", "0.00", "495.00")
    assert rows["carrying_closing"] == ("580.00", "475.00", "0.00", "1055.00")
    assert rows["carrying_opening"] == ("600.00", "0.00", "0.00", "600.00")
    assert rows["gross"] == ()
    spent = Development(opening="100", spent="450", capitalised="500", expensed="20")
    assert list(development_faults(spent, stated, "CNY")) == []
    lines = [(line.opening, line.closing) for line in balance_sheet(stated, {}, spent, 2)]
    assert lines == [("0.00", "0.00"), ("600.00", "1055.00"), ("100.00", "30.00")]


def test_what_cannot_be_is_told_with_its_place():
    wrong = Inventory(gross_opening="10", gross_sold="11", gross_processed="0.001")
    found = {each.pointer for each in faults("/inventory", INVENTORY, {"purchased": wrong}, "CNY")}
    assert found == {
        "/inventory/purchased/gross_processed",  # finer than a cent, and not of what was purchased
        "/inventory/purchased/gross_closing",
        "/inventory/purchased/carrying_closing",
    }
    spent = Development(capitalised="5")
    assert {each.pointer for each in development_faults(spent, {}, "CNY")} == {
        "/development/capitalised",
        "/development/closing",
    }


@given(st.fixed_dictionaries(dict.fromkeys(Intangible.__struct_fields__, AMOUNT)))
def test_closing_is_opening_and_movements_and_totals_are_sums(fields):
    column = Intangible(**fields)
    lines = computed(INTANGIBLE, column)
    stated = {name: Decimal(text) for name, text in fields.items()}
    carrying = sum(stated[name] for name in ("gross_opening", "gross_purchased", "gross_developed", "gross_other"))
    carrying -= sum(stated[name] for name in ("gross_disposed", "gross_lapsed", "gross_less_other"))
    carrying -= stated["amortisation_opening"] + stated["amortisation_charged"]
    carrying += sum(stated[f"amortisation_{name}"] for name in ("disposed", "lapsed", "less_other"))
    carrying -= stated["impairment_opening"] + stated["impairment_charged"] - stated["impairment_reduced"]
    assert lines["carrying_closing"] == carrying
    for row in table(INTANGIBLE, {"purchased": column, "other": column}, 2):
        if row.cells:
            *parts, total = map(Decimal, row.cells)
            assert sum(parts) == total
