"""The changes of the interface: one table makes the page, the headers, the description and the clients' warnings."""
