"""Who may score an asset, and who may read what came of it."""
