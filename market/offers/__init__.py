"""Public offers (要约): terms that a provider publishes for a listing, to everybody or to parties by name."""
