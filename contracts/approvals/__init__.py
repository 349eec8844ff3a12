"""Approval inside an organisation (内部审批): who may bind it to how much, and who must have said yes before."""
