"""Recording in the browser: forms made from the catalogue, a preview, and the routes that serve them."""
