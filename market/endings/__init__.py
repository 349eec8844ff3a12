"""Orders that end without settlement: cancelled, lapsed, withdrawn or refunded (订单终止)."""
