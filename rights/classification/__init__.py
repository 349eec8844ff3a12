"""Classification and compliance (分类分级与合规): how grave data is, what it needs, and the fifteen gates."""
