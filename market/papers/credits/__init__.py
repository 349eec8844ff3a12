"""Credit notes, and the confirmation slips by which they become red invoices of the tax system (红字发票)."""
