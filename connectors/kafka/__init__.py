"""The one place that configures Kafka clients."""
