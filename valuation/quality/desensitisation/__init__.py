"""Desensitisation (数据脱敏): operators declared column by column in a plan, and a report that says what they did."""
