"""What is owed to the holders of what data is made from (权益分成)."""
