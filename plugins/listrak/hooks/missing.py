"""What to say when an Airflow connection does not exist."""

from listrak.errors import ConnectionSettingsError


def missing_connection(conn_id: str, how_to_make: str) -> ConnectionSettingsError:
    """Return the error that names the connection and says how to make it."""
    return ConnectionSettingsError(
        f"There is no Airflow connection `{conn_id}`, or it cannot be read (a mistake in its JSON "
        "or URI?). Nothing was read or sent; what is pending stays so. Create it under Admin > "
        f"Connections or as AIRFLOW_CONN_{conn_id.upper()}: {how_to_make}."
    )
