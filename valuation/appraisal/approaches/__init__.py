"""The approaches of the guidance with the limits of their inputs, and how their values are reconciled."""
