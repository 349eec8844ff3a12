"""Run in an environment of its own: what OpenDP says of the same noise and bounds, told as JSON."""

import json
import sys
from collections import Counter

import opendp.prelude as dp

dp.enable_features("contrib")
asked = json.loads(sys.argv[1])
COUNTS = dp.atom_domain(T=int), dp.absolute_distance(T=int)
ROWS = dp.vector_domain(dp.atom_domain(T=int)), dp.symmetric_distance()


def drawn(scale, draws):
    """Draws for a count of nothing, what they cost where a count changes by one, and where 95 % of them are."""
    noise = dp.m.make_laplace(*COUNTS, scale=scale)
    return {
        "hits": Counter(noise(0) for _ in range(draws)),
        "epsilon": noise.map(1),
        "within": dp.discrete_laplacian_scale_to_accuracy(scale, 0.05),
    }


def changes(lower, upper, rows):
    """By how much so many rows change a sum between bounds."""
    return (ROWS >> dp.t.then_clamp((lower, upper)) >> dp.t.then_sum()).map(rows)


told = {
    "drawn": [drawn(*pair) for pair in asked["scales"]],
    "changes": [changes(*three) for three in asked["sums"]],
    "count": (ROWS >> dp.t.then_count()).map(asked["rows"]),
}
print(json.dumps(told))
