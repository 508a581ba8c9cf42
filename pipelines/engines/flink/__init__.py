"""The graph on Apache Flink, through Beam's portable runner: Flink distributes, checkpoints and recovers."""
