"""Transfers under an agreement, on either side: HttpData-PULL from the delivery service, or from the provider's own."""
