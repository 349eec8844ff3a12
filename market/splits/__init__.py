"""How an agreement's money is shared along the chain of title, frozen when both have signed (收益分配)."""
