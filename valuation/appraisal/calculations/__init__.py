"""Calculations beside the appraisal proper: the price cap of public data, labelled alternatives, a Shapley split."""
