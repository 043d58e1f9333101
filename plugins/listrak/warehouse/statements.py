"""The SQL of the project: one statement a file under include/sql, found by its name."""

from functools import cache
from pathlib import Path

SQL_FOLDER = Path(__file__).parents[3] / "include" / "sql"


@cache
def statement(name: str) -> str:
    """Return the text of `include/sql/<name>.sql`, such as `diff/close_versions`."""
    return (SQL_FOLDER / f"{name}.sql").read_text(encoding="utf-8")


def table_names() -> tuple[str, ...]:
    """Return the names of the statements that create the tables and views, in their order."""
    return tuple(f"tables/{path.stem}" for path in sorted((SQL_FOLDER / "tables").glob("*.sql")))


def upgrade_names(version: int) -> tuple[str, ...]:
    """Return the names of the statements that bring tables of `version` to the newest, in order.

    `upgrades/2_01_….sql` is a step to version 2. Version 0 is no tables: nothing to upgrade.
    """
    paths = sorted((SQL_FOLDER / "upgrades").glob("*.sql"))
    return tuple(
        f"upgrades/{path.stem}" for path in paths if 0 < version < int(path.stem.split("_")[0])
    )
