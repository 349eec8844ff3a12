"""Data products on the shelf: how they get there, who checks them, how they are found."""
