"""scripts/forget: an address out of the warehouse of every source, and what is left to do."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import datetime

from listrak.clock import utc_now
from listrak.errors import ListrakSourceError, WarehouseRefusedError
from listrak.forget.address import address_sha256
from listrak.forget.contact import forget_contact, sent_user_ids
from listrak.forget.warehouses import warehouse_conn_ids
from listrak.warehouse.dialect import written_for
from listrak.warehouse.text import is_text
from listrak.warehouse.warehouse import Door
from local.database import DatabaseError
from local.log import show_log
from local.place import find_place
from local.services import StartError
from local.sources import configured_sources
from local.warehouses import find_warehouse

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
  Copies     Backups of the warehouse are yours; on its own disk the bytes stay until its engine
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
            _complain(
                "That is no e-mail address (no @, a space in it, or no UTF-8). "
                "Nothing was forgotten."
            )
            return NO_ADDRESS
        show_log()
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
    return (
        bool(name and domain) and is_text(text) and not any(letter.isspace() for letter in spaced)
    )


def _forget(digest: str, connection: str | None) -> int:
    """Forget in each warehouse, whatever became of the others, and say what is left to do."""
    conn_ids = (connection,) if connection else warehouse_conn_ids(configured_sources())
    now = utc_now()
    failed = 0
    for conn_id in conn_ids:
        try:
            _forget_in(conn_id, _warehouse(conn_id), digest, now)
        except (ListrakSourceError, StartError, DatabaseError) as error:
            _complain(f"{error} Nothing was forgotten there.")
            failed += 1
    if failed < len(conn_ids):
        print(DONE.format(now=now, digest=digest))
    if failed:
        _complain(NOT_DONE.format(digest=digest))
    return 1 if failed else 0


def _forget_in(conn_id: str, warehouse: Door, digest: str, now: datetime) -> None:
    """Forget in one warehouse. The user ids are told first: afterwards nothing here knows them."""
    print(f"{warehouse.place} (connection `{conn_id}`):")
    if user_ids := sent_user_ids(warehouse, digest):
        print(f"  note for Segment: sent with userId {', '.join(user_ids)}", flush=True)
    print(f"  {forget_contact(warehouse, digest, now)}")


def _warehouse(conn_id: str) -> Door:
    """Return the warehouse that the other commands find; one that has no tables is not made."""
    warehouse = find_warehouse(conn_id, os.environ, find_place(os.environ), _complain)
    asked = written_for(warehouse.engine, "warehouse/has_tables")
    if not warehouse.ask(asked.text).column(0)[0].as_py():
        raise WarehouseRefusedError(
            f"Connection `{conn_id}`: {warehouse.place} has no tables: no run has written it."
        )
    return warehouse


def _complain(text: str) -> None:
    print(f"scripts/forget: {text}", file=sys.stderr)
