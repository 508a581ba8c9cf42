"""docker-compose.yml and the Dockerfile, proved as far as a machine without Docker can."""
