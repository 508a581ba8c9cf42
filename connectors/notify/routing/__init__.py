"""Who is told, by which route, and at what times: pure, over the compiled routes.yaml."""
