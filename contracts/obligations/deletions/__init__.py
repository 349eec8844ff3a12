"""The duty to delete (删除义务): what was handed over, what a statement says became of it, and what if none comes."""
