"""The stages as Airflow tasks: extract_contacts → diff_snapshots → send_identify_calls → report."""
