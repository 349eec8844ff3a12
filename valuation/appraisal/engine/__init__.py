"""The computation itself: inputs, arithmetic with its trace, results, recomputation and sensitivity."""
