"""Reads the contacts of a list from Listrak's REST API, as Arrow rows. Knows nothing of Airflow."""
