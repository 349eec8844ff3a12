"""What prices come to at the most, what is wrong with them, and how they are said."""
