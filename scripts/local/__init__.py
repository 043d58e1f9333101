"""Airflow on one machine: what scripts/run, sql, airflow, test and lock are made of."""
