"""The service as a whole: real broker, real parts as processes, real webhooks."""
