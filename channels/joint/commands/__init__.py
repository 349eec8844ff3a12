"""What is done with joint agreements and their runs."""
