"""Auctions (竞价): English, sealed first price and Vickrey, from the notice to the signed confirmation."""
