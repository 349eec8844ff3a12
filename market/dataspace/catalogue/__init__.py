"""The catalogue of one participant as the protocol carries it."""
