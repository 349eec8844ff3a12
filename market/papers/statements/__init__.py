"""Statements out of the books: of a month, of a bill, of a payout, and of what the tax office asks for (对账单)."""
