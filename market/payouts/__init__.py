"""Payouts (付款): what is owed to a party leaves, to proved bank details, by the word of two officers."""
