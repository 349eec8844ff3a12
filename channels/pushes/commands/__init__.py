"""What is done with targets and pushes."""
