"""What a party's invoices say of it: title, tax number, address, bank, and its standing as a taxpayer (开票信息)."""
