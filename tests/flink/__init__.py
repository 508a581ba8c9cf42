"""The graph on a real Flink cluster: JobManager, TaskManagers, job server and workers as processes."""
