"""Diff: what changed between a list's head and a new read of it, and what Segment is to hear."""
