"""The routes of complaints, by who calls them."""
