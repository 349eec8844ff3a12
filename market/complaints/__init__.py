"""Complaints (投诉): filed by a buyer, answered, mediated, decided, appealed, and carried out with what they hold."""
