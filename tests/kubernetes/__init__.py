"""deploy/kubernetes: what a cluster would refuse, and what it must hold for our users."""
