"""What the data look like before any rule: columns, personal data, privacy measures, pictures of them."""
