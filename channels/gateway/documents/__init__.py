"""A provider's OpenAPI document: read within bounds, kept without what names its own servers, and compared."""
