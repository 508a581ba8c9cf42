"""Articles come in from Kafka: which partitions there are, and what a checkpoint has them read next."""
