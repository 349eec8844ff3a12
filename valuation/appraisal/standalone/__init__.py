"""The verifier as one file: the engine's own modules, with a stand-in for the few library calls that they make."""
