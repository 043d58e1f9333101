"""The SQL of the project: one statement a file under include/sql, found by its name."""

from functools import cache
from itertools import takewhile
from pathlib import Path

SCHEMA = "listrak"  # of every table and view
SQL_FOLDER = Path(__file__).parents[3] / "include" / "sql"


@cache
def statement(name: str) -> str:
    """Return the text of `include/sql/<name>.sql`, such as `diff/close_versions`."""
    return (SQL_FOLDER / f"{name}.sql").read_text(encoding="utf-8")


def heading(name: str) -> str:
    """Return the comment lines on top of a statement: its purpose, its grain, its parameters."""
    lines = statement(name).splitlines()
    return "\n".join(takewhile(lambda line: line.startswith("--"), lines))


def table_names(engine: str) -> tuple[str, ...]:
    """Return the names of the statements that create the tables and views, in their order.

    Those of one engine alone, such as its indexes, stand among them by their numbers; one that is
    called as a common one stands in its place.
    """
    return _named(engine, "tables")


def upgrade_names(engine: str, version: int) -> tuple[str, ...]:
    """Return the names of the statements that bring tables of `version` to the newest, in order.

    `upgrades/2_01_….sql` is a step to version 2. Version 0 is no tables: nothing to upgrade.
    """
    return tuple(
        name for name in _named(engine, "upgrades") if 0 < version < int(_stem(name).split("_")[0])
    )


def _named(engine: str, folder: str) -> tuple[str, ...]:
    names = (*_group(folder), *_group(f"{engine}/{folder}"))
    found = {_stem(name): name for name in names}
    return tuple(found[stem] for stem in sorted(found))


def _group(folder: str) -> tuple[str, ...]:
    paths = sorted(SQL_FOLDER.glob(f"{folder}/*.sql"))
    return tuple(str(path.relative_to(SQL_FOLDER).with_suffix("")) for path in paths)


def _stem(name: str) -> str:
    return name.rpartition("/")[2]
