"""What is done in a complaint: filing, answering, mediating, deciding, carrying out, handing off."""
