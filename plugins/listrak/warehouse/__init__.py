"""The one door to the warehouse: snapshots, changes and receipts go through it alone.

Nothing outside this package knows which engine is behind it.
"""
