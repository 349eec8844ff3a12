"""What the platform saw of accesses, and when the service was down by announcement or by our own fault."""
