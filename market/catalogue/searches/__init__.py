"""Searches that a party keeps (保存的检索): told of what fits when it is listed, or its price or grade changes."""
