"""A warehouse in a DuckDB file: the embedded one."""
