"""Grafana's dashboards as code: `make dashboards` writes them to config/grafana/dashboards."""
