"""Marks in a delivered copy (副本标记): made by a key of the delivery, and counted again in a file that was found."""
