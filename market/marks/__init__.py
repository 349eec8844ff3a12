"""Which columns of a product may bear marks in a buyer's copy: asked before it is listed and before it is sold."""
