"""Terms (合同条件): the one typed document that is offered, answered, frozen, signed, charged and obeyed."""
