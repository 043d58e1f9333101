"""The connections in Airflow's metadata database, seen before Airflow is up."""

from __future__ import annotations

import json

import sqlalchemy

from local.database import DatabaseError


def stored_connections(database: str) -> dict[str, str | None]:
    """Return the ids of the stored connections; for a DuckDB file with its JSON, else None.

    Only that is read: logins, passwords and extras stay where they are. Raises DatabaseError.
    """
    query = sqlalchemy.text("select conn_id, conn_type, host from connection")
    engine = sqlalchemy.create_engine(database)
    try:
        with engine.connect() as session:
            rows = session.execute(query).all()
    except sqlalchemy.exc.SQLAlchemyError as error:
        raise DatabaseError(
            "The connections in Airflow's metadata database cannot be read "
            f"({type(error).__name__}). If the database was made anew, delete migrated.json in "
            "AIRFLOW_HOME and start again."
        ) from None
    finally:
        engine.dispose()
    return {str(row.conn_id): _duckdb(row.conn_type, row.host) for row in rows}


def _duckdb(kind: str, host: str | None) -> str | None:
    return json.dumps({"conn_type": kind, "host": host}) if kind == "duckdb" else None
