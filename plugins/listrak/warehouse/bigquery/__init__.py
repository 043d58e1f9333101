"""A warehouse in BigQuery."""
