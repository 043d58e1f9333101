from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from listrak.errors import FatalError, WarehouseRefusedError
from listrak.extract.contact import Contact
from listrak.extract.rows import address
from listrak.forget.address import address_sha256
from listrak.forget.contact import Forgotten, forget_contact, sent_user_ids
from listrak.snapshot.kind import Kind
from listrak.snapshot.staging import stage_contacts
from listrak.snapshot_key import SnapshotKey
from listrak.warehouse.duckdb.file import DuckDBFile
from listrak.warehouse.warehouse import Warehouse
from tests.unit.conftest import Query, contacts
from tests.unit.forget.rows import AT, add, rows_of

ANN = "ann@example.com"
DIGEST = address_sha256(ANN)
NOW = datetime(2026, 3, 1, 12)
KEY = SnapshotKey("src", 1, NOW)
TABLES = (
    "information_schema.tables where table_schema = 'listrak' and table_type = 'BASE TABLE' "
    "and table_name not like 'contact_versions_%'"  # PostgreSQL's parts of it
)
NOWHERE = Forgotten(versions=0, changes=0, calls=0, staged=0)


@pytest.fixture
def filled(warehouse: Warehouse) -> Warehouse:
    """Ann and others in every table; Ann in two sources, and in two lists of one of them."""
    for source, list_id in (("one", 1), ("one", 2), ("two", 1)):
        add(warehouse, rows_of(ANN, source, list_id))
    for other in ("bob@example.com", "joann@example.com", "ann@example.com.au"):
        add(warehouse, rows_of(other))
    return warehouse


def tables(query: Query) -> dict[str, list[str]]:
    """The text of every row of every table."""
    names = query(f"select table_name from {TABLES}")
    return {name: [str(row) for row in query(f"select * from {name}")] for (name,) in names}


def test_address_is_in_no_table_any_more_and_the_others_stay(
    filled: Warehouse, query: Query
) -> None:
    before = tables(query)

    forgotten = forget_contact(filled, DIGEST, NOW)

    assert forgotten == Forgotten(versions=3, changes=3, calls=3, staged=3)
    kept = {name: [row for row in rows if f"'{ANN}'" not in row] for name, rows in before.items()}
    assert tables(query) == {**kept, "forgotten_contacts": [str((DIGEST, NOW))]}


@pytest.mark.parametrize(
    "written", ["Ann@Example.com", "Zoë.ŁUKASZ@EXÄMPLE.de", "İnci@example.com"]
)
def test_address_is_found_as_a_read_of_listrak_keeps_it(written: str, warehouse: Warehouse) -> None:
    add(warehouse, rows_of(address(Contact(email=written))))

    forgotten = forget_contact(warehouse, address_sha256(written), NOW)

    assert forgotten == Forgotten(versions=1, changes=1, calls=1, staged=1)


def test_no_table_that_holds_addresses_is_passed_over(warehouse: Warehouse, query: Query) -> None:
    with warehouse.transaction():
        pass  # makes the tables

    found = query(
        "select distinct table_name from information_schema.columns "
        "where table_schema = 'listrak' "
        f"and table_name in (select table_name from {TABLES}) "
        "and (column_name like '%email' or column_name in ('address', 'anonymous_id'))"
    )

    assert {table for (table,) in found} == rows_of(ANN).keys()


def test_snapshots_keep_their_counts(filled: Warehouse, query: Query) -> None:
    counted = {
        "source": "one", "list_id": 1, "snapshot_at": AT, "kind": "observed", "status": "head",
        "contact_count": 4, "added_count": 4, "removed_count": 0, "re_identified_count": 0,
        "run_id": "run", "extracted_at": AT,
    }  # fmt: skip
    add(filled, {"snapshots": counted})

    forget_contact(filled, DIGEST, NOW)

    assert query("select contact_count, added_count from snapshots") == [(4, 4)]
    assert query("select count(*) from snapshot_contacts") == [(3,)]


def test_address_that_is_nowhere_is_remembered_too(warehouse: Warehouse, query: Query) -> None:
    forgotten = forget_contact(warehouse, DIGEST, NOW)

    assert forgotten == NOWHERE
    assert str(forgotten) == "the address was in none of the tables: is it spelled as it is there?"
    assert query("select * from forgotten_contacts") == [(DIGEST, NOW)]


def test_counts_are_told_in_words() -> None:
    told = str(Forgotten(versions=1200, changes=3, calls=0, staged=1))

    assert told == "erased versions 1,200, changes 3, calls 0, staged 1"


@pytest.mark.parametrize(
    ("again", "kept"),
    [(NOW + timedelta(days=9), NOW + timedelta(days=9)), (NOW - timedelta(hours=1), NOW)],
)
def test_forgetting_again_counts_from_the_latest_time(
    again: datetime, kept: datetime, filled: Warehouse, query: Query
) -> None:
    forget_contact(filled, DIGEST, NOW)

    assert forget_contact(filled, DIGEST, again) == NOWHERE
    assert query("select * from forgotten_contacts") == [(DIGEST, kept)]


def test_subscription_that_is_dated_ahead_is_forgotten_with_the_contact(
    warehouse: Warehouse, query: Query
) -> None:
    ahead = NOW + timedelta(hours=3)  # by a time zone that lies west of Listrak's own
    stage_contacts(warehouse, KEY, Kind.OBSERVED, "run", [contacts({ANN: None}, ahead)])

    forget_contact(warehouse, DIGEST, NOW)

    assert query("select forgotten_at from forgotten_contacts") == [(ahead,)]
    assert stage_contacts(warehouse, KEY, Kind.OBSERVED, "run", [contacts({ANN: None}, ahead)]) == 0


@pytest.mark.parametrize("text", [ANN, DIGEST.upper(), DIGEST[:-1], f"{DIGEST}\n", ""])
def test_what_is_no_digest_is_refused_untold(text: str, duckdb_file: DuckDBFile) -> None:
    with pytest.raises(
        FatalError, match=r"is not a SHA-256 digest; .* Nothing was forgotten"
    ) as no:
        forget_contact(duckdb_file, text, NOW)

    assert ANN not in str(no.value)
    assert not duckdb_file.path.exists()


def test_all_of_it_happens_or_nothing(
    filled: Warehouse, query: Query, tamper: Callable[[str], None]
) -> None:
    tamper("drop table listrak.forgotten_contacts")
    before = tables(query)

    with pytest.raises(WarehouseRefusedError):
        forget_contact(filled, DIGEST, NOW)

    assert tables(query) == before


def test_user_ids_that_segment_was_sent_are_known_until_then(filled: Warehouse) -> None:
    earlier = rows_of(ANN)["identify_calls"] | {"message_id": "earlier"}
    add(filled, {"identify_calls": earlier | {"user_id": "C0"}})
    add(filled, {"identify_calls": earlier | {"user_id": None}})
    before = sent_user_ids(filled, DIGEST)

    forget_contact(filled, DIGEST, NOW)

    assert before == ("C0", "C1")
    assert sent_user_ids(filled, DIGEST) == ()
