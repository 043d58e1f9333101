"""A warehouse in Amazon Redshift."""
