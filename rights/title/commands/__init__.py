"""Every change of an asset's title: grants, co-holders' shares, remarks, and the data that it is made from."""
