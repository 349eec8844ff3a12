"""Orders: placing, agreement, payment, delivery, acceptance; and who may use what because of them."""
