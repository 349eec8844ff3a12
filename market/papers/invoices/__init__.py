"""Invoices: asked for, issued under our number, and registered under that of the tax system (发票)."""
