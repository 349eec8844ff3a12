"""The register through time: what it said about an asset at any moment, and all of it to take away."""
