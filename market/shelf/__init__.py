"""What is around the shelf, as the product is assembled: products, manifests, the catalogue and offers."""
