"""Clawbacks (应收退回款): what parties owe for refunds of money that they have had; set off, or written off."""
