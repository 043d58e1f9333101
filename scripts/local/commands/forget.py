"""scripts/forget: an address out of the warehouse of every source, and what is left to do."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from datetime import datetime

from local.decision import current_decision, read_decision, warehouse_path
from local.place import PROJECT, find_place
from local.sources import configured_sources, listrak_conn_ids

sys.path.append(str(PROJECT / "plugins"))  # where Airflow, too, finds the package

from listrak.clock import utc_now
from listrak.errors import ListrakSourceError
from listrak.forget.address import address_sha256
from listrak.forget.contact import forget_contact, sent_user_ids
from listrak.forget.warehouses import warehouse_conn_ids
from listrak.warehouse.duckdb_file import DuckDBFile

NO_ADDRESS = 2
INTERRUPTED = 130
DONE = """\
It is remembered as forgotten at {now:%Y-%m-%d %H:%M:%S} UTC, by this digest only:
  {digest}
If the contact is still subscribed in Listrak, it is left out of every later snapshot, backfills'
too, until it subscribes anew (after that time).

What is left to do (docs/erasure.md says how):
  Listrak    Ask it to forget the address: POST https://api.listrak.com/privacy/v1/Forget
  Segment    Ask it to delete the user: Settings > End User Privacy in the workspace, or
             POST https://api.segmentapis.com/regulations
             It has the address as anonymousId, and by the userId noted above, if any.
  Elsewhere  Where another machine has the warehouse, trigger the DAG listrak_forget_contact
             with the digest.
  Copies     Backups of the file are yours; in the file itself the bytes stay until DuckDB
             writes over them."""
NOT_DONE = """\
Start scripts/forget again, or trigger the DAG listrak_forget_contact with the digest
{digest}"""


def main(arguments: list[str]) -> int:
    """Forget the address; 2 when it is none, 1 where a warehouse could not be written."""
    options = _options(arguments)
    try:
        address = _address(" ".join(options.address))
        if not _is_address(address):
            _complain("That is no e-mail address (no @, or a space in it). Nothing was forgotten.")
            return NO_ADDRESS
        logging.basicConfig(level=logging.INFO, format="%(message)s")  # it says when it waits
        return _forget(address_sha256(address), options.connection)
    except ListrakSourceError as error:
        _complain(str(error))
        return 1
    except KeyboardInterrupt:
        _complain("Interrupted. What is not said to be erased is not; start again.")
        return INTERRUPTED


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "scripts/forget", description="Forget a contact in the warehouse of every source."
    )
    parser.add_argument(
        "address",
        nargs="+",
        metavar="ADDRESS",
        help="the e-mail address; - reads it from standard input, past the shell's history",
    )
    parser.add_argument("--connection", metavar="ID", help="only the warehouse of this connection")
    return parser.parse_args(arguments)


def _address(given: str) -> str:
    if given != "-":
        return given.strip()
    if not sys.stdin.isatty():
        return sys.stdin.read().strip()
    print("Address: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip()


def _is_address(text: str) -> bool:
    """Whether it may be one; a name in quotes may hold spaces."""
    name, _, domain = text.rpartition("@")
    is_quoted = len(name) > 1 and name[0] == name[-1] == '"'
    spaced = domain if is_quoted else text
    return bool(name and domain) and not any(letter.isspace() for letter in spaced)


def _forget(digest: str, connection: str | None) -> int:
    """Forget in each warehouse, whatever became of the others, and say what is left to do."""
    conn_ids = (connection,) if connection else warehouse_conn_ids(configured_sources())
    now = utc_now()
    failed = 0
    for conn_id in conn_ids:
        try:
            _forget_in(_warehouse(conn_id), digest, now)
        except (ListrakSourceError, ValueError) as error:
            _complain(f"{error} Nothing was forgotten there.")
            failed += 1
    if failed < len(conn_ids):
        print(DONE.format(now=now, digest=digest))
    if failed:
        _complain(NOT_DONE.format(digest=digest))
    return 1 if failed else 0


def _forget_in(warehouse: DuckDBFile, digest: str, now: datetime) -> None:
    """Forget in one warehouse. The user ids are told first: afterwards nothing here knows them."""
    print(f"{warehouse.path} (connection `{warehouse.conn_id}`):")
    if user_ids := sent_user_ids(warehouse, digest):
        print(f"  note for Segment: sent with userId {', '.join(user_ids)}", flush=True)
    print(f"  {forget_contact(warehouse, digest, now)}")


def _warehouse(conn_id: str) -> DuckDBFile:
    """Return the warehouse that the other commands find; raises ValueError where there is none."""
    place = find_place(os.environ)
    decision = current_decision(read_decision(place), listrak_conn_ids(), os.environ)
    path = warehouse_path(conn_id, decision, os.environ, place)
    if not path.exists():
        raise ValueError(f"Connection `{conn_id}`: {path} does not exist.")
    return DuckDBFile(conn_id, path)


def _complain(text: str) -> None:
    print(f"scripts/forget: {text}", file=sys.stderr)
