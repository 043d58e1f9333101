"""Erasure: an address leaves every table, and a digest of it stays, so that it does not return."""
