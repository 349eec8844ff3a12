"""What parties agreed: policies, agreements, signatures."""
