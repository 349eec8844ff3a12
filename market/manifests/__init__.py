"""What a party says that its products should be, and what of it was carried out last."""
