"""The catalogue of products on the shelf: in DCAT 3 (数据目录), counted by facets, and searched for others."""
