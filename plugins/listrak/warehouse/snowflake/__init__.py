"""A warehouse in Snowflake."""
