"""What is wrong with the shape of a request: every fault, where it stands, and what would be right."""
