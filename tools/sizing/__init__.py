"""What so many articles a second need on Flink: worked out from measured costs, and checked by simulation."""
