"""The chain of title: who was granted what out of which right, co-holders, upstream data, and remarks on a right."""
