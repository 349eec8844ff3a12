"""The clauses (条款) that contracts are made of, and the model contracts (示范合同) that say where each may stand."""
