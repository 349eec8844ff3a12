"""Card disputes (拒付争议): a card's bank takes a payment back; the money is held, the case answered, and settled."""
