"""Stand-ins for the outside world, served over HTTP."""
