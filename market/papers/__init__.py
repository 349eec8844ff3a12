"""Papers of the market: invoices and credit notes with their numbers of the tax system, statements, advices (单据)."""
