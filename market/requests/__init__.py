"""Requests for quotation (需求与询价): what a buyer wants, the listings that match it, and the quotes of providers."""
