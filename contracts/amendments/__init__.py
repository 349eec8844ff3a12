"""Amendments (合同变更): both sign new terms of an agreement; what stood is kept, and the gate follows at once."""
