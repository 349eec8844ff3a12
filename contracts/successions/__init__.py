"""An agreement follows the data to whoever acquires it: joinder, consent and their clocks (合同权利义务的概括转让)."""
