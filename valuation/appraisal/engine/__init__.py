"""The ground of every computation: inputs, limits, arithmetic with its trace, and the result."""
