"""The catalogue of products on the shelf in DCAT 3, for machines (数据目录)."""
