"""What tests do to a broker that wirewatch itself never does."""

from kafka.admin import KafkaAdminClient


def delete_topic(settings, topic):
    """Delete a topic."""
    admin = KafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
    try:
        admin.delete_topics([topic])
    finally:
        admin.close()
