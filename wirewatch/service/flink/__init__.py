"""A Flink cluster on one machine, to try the engine: JobManager, TaskManagers, job server, workers."""
