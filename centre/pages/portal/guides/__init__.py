"""The guides by role as pages, and the list of links for programs."""
