"""What Prometheus and Grafana are given: rules, dashboards, runbooks, and what they show of a real run."""
