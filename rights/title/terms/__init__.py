"""What the title does by itself as days pass, and once for titles from before their limits were read."""
