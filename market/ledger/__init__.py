"""The books (账簿): every movement of money is a posting from one account to another, and nothing is ever rewritten."""
