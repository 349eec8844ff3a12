"""Orders of agents under a mandate: quoted, charged to its budget, approved by people above an amount, and undone."""
