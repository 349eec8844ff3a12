"""What people look at: pages in Chinese and English over the same queries and commands as the API."""
