"""Everything that touches the outside: Kafka, article files, feeds, webhooks."""
