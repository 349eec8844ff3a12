"""The statement that places an order, which now also stores the buyer's own references."""

from migrations.parts import listed_plans

PLACE_ORDER = (
    listed_plans.PLACE_ORDER.replace(
        "p_leaf bytea\n)", "p_leaf bytea,\n    p_purchase_order_number text, p_cost_centre text\n)"
    )
    .replace(
        "                payment_due_at, placed_at\n",
        "                payment_due_at, placed_at, purchase_order_number, cost_centre\n",
    )
    .replace(
        "'placed', p_at, 1, p_payment_due_at, p_at\n",
        "'placed', p_at, 1, p_payment_due_at, p_at, p_purchase_order_number, p_cost_centre\n",
    )
)

if PLACE_ORDER.count("cost_centre") != 3:
    raise ValueError("the statement is not the one that this was written for")
