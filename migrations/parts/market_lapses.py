"""The statement that places an order, which now also refuses what is too old to be sold."""

from migrations.parts import title_trade

_ASKED = "           l.currency, l.held_by,\n"
_SELLER = "CASE WHEN seller.status = 'admitted' THEN standing.id END AS certificate_id,"
_LAPSED = "        WHEN offer.certificate_id IS NULL THEN 'lapsed'\n"
_HELD = "        WHEN 'held' THEN ARRAY[offer.held_by]\n"

BEFORE = title_trade.PLACE_ORDER.replace(":open", ", ".join(f"'{state}'" for state in title_trade.OPEN_OBJECTIONS))
"""The statement as it was."""

PLACE_ORDER = (
    BEFORE.replace(
        _ASKED,
        "           l.currency, l.held_by, l.look_again_on, l.lapses_rule,\n"
        "           (SELECT buyer.admitted_until FROM party buyer WHERE buyer.id = p_buyer) AS buyer_until,\n",
    )
    .replace(
        _SELLER,
        "CASE WHEN seller.status = 'admitted' AND (seller.admitted_until IS NULL"
        " OR seller.admitted_until >= p_day) THEN standing.id END AS certificate_id,",
    )
    .replace(
        _LAPSED,
        _LAPSED
        + "        WHEN offer.buyer_until < p_day THEN 'membership'\n"
        # What its gates said is good up to a day, by a rule; the sweep that says so on the shelf may come later.
        + "        WHEN offer.look_again_on <= p_day AND offer.lapses_rule IS NOT NULL THEN 'stale'\n",
    )
    .replace(
        _HELD,
        _HELD + "        WHEN 'stale' THEN ARRAY[offer.lapses_rule, offer.look_again_on::text]\n"
        "        WHEN 'membership' THEN ARRAY[offer.buyer_until::text]\n",
    )
)

if PLACE_ORDER.count("look_again_on") != 3 or PLACE_ORDER.count("buyer_until") != 3:
    raise ValueError("the statement is not the one that this was written for")
