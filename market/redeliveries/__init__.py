"""Delivering once more (重新交付): asked for and agreed, or decided; inspected anew, and its lapse pays back."""
