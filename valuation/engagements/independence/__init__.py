"""The check of independence: what is asked of whom, and what the answers mean."""
