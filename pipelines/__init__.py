"""The Apache Beam graph and the engines that run it."""
