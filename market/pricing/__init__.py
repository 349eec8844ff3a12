"""What plans come to: periods, lines with their traces, changes in the middle; and the prices beside a price."""
