"""Retention: snapshots that are old enough are pruned, and what nobody reads any more goes."""
