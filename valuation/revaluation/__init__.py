"""Revaluation: what happens by itself when an input of an issued appraisal changes."""
