"""Keeping what is stored (保管): its keys rotated, its tombstones kept twice, its bytes read back night by night."""
