"""Bills (账单): what subscriptions come to, numbered when they are issued, paid, reminded of and settled."""
