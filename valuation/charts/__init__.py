"""Charts as SVG made on the server: self-contained, readable in print, no script."""
