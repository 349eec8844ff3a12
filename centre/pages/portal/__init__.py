"""The public portal: what anybody reads without signing in."""
