"""A data contract drafted from the data (合同推断)."""
