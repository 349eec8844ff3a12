"""Meters of plans (计量): each use counted once and charged in the same statement, corrected, never deleted."""
