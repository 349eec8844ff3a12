"""Settlement: an accepted order's money leaves escrow for the platform's fee and the provider's share."""
