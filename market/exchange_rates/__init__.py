"""Exchange rates (汇率): dated, with their source, entered by one officer and confirmed by another, never changed."""
