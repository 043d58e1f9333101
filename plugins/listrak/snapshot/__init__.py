"""Snapshot: keep what was read of a list until it is decided, whole or not at all."""
