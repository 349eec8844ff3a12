"""The approaches of the guidance with their limits, labelled alternatives, and how values are reconciled or split."""
