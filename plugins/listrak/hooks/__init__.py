"""The hooks: where Airflow connections become sessions."""
