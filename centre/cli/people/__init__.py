"""`liutong members`: the people of the centre itself."""
