"""A Redshift database to throw away."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import redshift_connector

from listrak.connection_fields import ConnectionFields
from listrak.warehouse.redshift.cluster import RedshiftCluster
from listrak.warehouse.redshift.connection import RedshiftConnection, redshift_connection


@dataclass(frozen=True)
class RedshiftAccount:
    """`settings`: how to log in; `opened`: what makes a door of them."""

    settings: RedshiftConnection
    opened: Callable[[RedshiftConnection], RedshiftCluster] = RedshiftCluster

    def door(self) -> RedshiftCluster:
        return self.opened(self.settings)

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        """Run one statement as another program would, and return its rows."""
        with closing(redshift_connector.connect(**self.settings.options)) as connection:
            connection.autocommit = True
            cursor = connection.cursor()
            cursor.execute(sql)
            return [tuple(row) for row in cursor.fetchall()] if cursor.description else []

    def change(self, sql: str) -> None:
        """Run statements that have no rows to return."""
        for each in filter(str.strip, sql.split(";")):
            self.run(each)

    def fresh(self) -> RedshiftAccount:
        """Return it with no schema `listrak`."""
        self.run("drop schema if exists listrak cascade")
        return self


def named_account(fields: ConnectionFields) -> RedshiftAccount:
    """Return the database of a connection of type `redshift`."""
    return RedshiftAccount(redshift_connection(fields))
