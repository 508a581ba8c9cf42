"""What becomes of an article between Kafka and Kafka: decoded, tagged, matched, told as a story."""
