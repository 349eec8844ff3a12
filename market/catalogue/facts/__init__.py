"""What a buyer judges a product by beside its own page: its fields, its versions, its lineage, and others beside it."""
