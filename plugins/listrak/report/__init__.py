"""Report: what a run did, from what the warehouse holds."""
