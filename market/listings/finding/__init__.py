"""How products are found: the statements that rank them, and what may be asked of their prices."""
