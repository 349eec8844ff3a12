"""From counts to a scorecard: weights, indicators, evidence, comparison and the words of other standards."""
