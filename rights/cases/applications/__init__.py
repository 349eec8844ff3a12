"""Applications for registration (登记申请): the first for a revision, and the subsequent ones about a certificate."""
