"""Feed documents to entries. It runs in a process of its own that can be ended (see `worker`)."""
