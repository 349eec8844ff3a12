"""Reading what banks write (读取对账单): camt.053 by namespace, tables by declared profiles, checked to the cent."""
