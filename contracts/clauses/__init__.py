"""The words of contracts: a library of clauses, model contracts made of them, and what their choice comes to."""
