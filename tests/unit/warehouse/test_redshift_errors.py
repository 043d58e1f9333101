"""Redshift's errors by what to do about them, and a connection that is not made."""

from __future__ import annotations

from unittest.mock import create_autospec

import pytest
import redshift_connector
from botocore.exceptions import ClientError, NoCredentialsError
from redshift_connector.error import Error, InterfaceError, ProgrammingError

from listrak.errors import WarehouseRefusedError, WarehouseUnavailableError
from listrak.warehouse.redshift.cluster import RedshiftCluster
from listrak.warehouse.redshift.errors import own_words, redshift_error
from tests.unit.warehouse.test_redshift_connection import connection

CONFLICT = "1023"


def error(state: str, message: str = "Key (email)=(a@x.example)") -> Error:
    return ProgrammingError({"S": "ERROR", "C": state, "M": message})


def aws_says(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "GetClusterCredentials")


@pytest.mark.parametrize(
    ("raised", "kind", "words"),
    [
        (error("57014"), WarehouseUnavailableError, "written by another task after 7 s"),
        (error("XX000", CONFLICT), WarehouseUnavailableError, "because of another one"),
        (error("XX000"), WarehouseRefusedError, r"SQLSTATE XX000"),
        (error("53100"), WarehouseUnavailableError, "no room left"),
        (error("42P06"), WarehouseUnavailableError, "being set up by another task"),
        (error("42501"), WarehouseRefusedError, "create schema listrak authorization"),
        (error("42501"), WarehouseRefusedError, "what `scripts/sql --ddl redshift` prints"),
        (error("25006"), WarehouseRefusedError, "read-only"),
        (error("42601"), WarehouseRefusedError, "refused a statement"),
        (InterfaceError("BrokenPipe"), WarehouseUnavailableError, "is away"),
    ],
)
def test_error_says_what_to_do_and_quotes_no_row(
    raised: Error, kind: type[Exception], words: str
) -> None:
    told = redshift_error(raised, "Connection `w`: the warehouse", 7)

    assert type(told) is kind
    assert words in str(told)
    assert "Nothing of this step was kept" in str(told)
    assert "@" not in str(told)


def test_own_words_are_in_one_line() -> None:
    assert own_words(error("42P01", 'relation "x"\n does not exist')) == (
        'relation "x" does not exist'
    )


@pytest.mark.parametrize(
    ("raised", "kind", "words"),
    [
        (error("28000"), WarehouseRefusedError, "login or password"),
        (error("3D000"), WarehouseRefusedError, "is not there"),
        (InterfaceError("down"), WarehouseUnavailableError, "be reached"),
        (ConnectionRefusedError(), WarehouseUnavailableError, "cannot be reached"),
        (NoCredentialsError(), WarehouseUnavailableError, "gives no password"),
        (aws_says("ThrottlingException"), WarehouseUnavailableError, "gives no password"),
        (aws_says("AccessDenied"), WarehouseRefusedError, r"from AWS \(AccessDenied\): correct"),
        (aws_says("ClusterNotFound"), WarehouseRefusedError, "extras that name the cluster"),
    ],
)
def test_connection_that_is_not_made_says_why(
    raised: Exception, kind: type[Exception], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = create_autospec(redshift_connector.connect, side_effect=raised)
    monkeypatch.setattr(redshift_connector, "connect", connect)
    door = RedshiftCluster(connection(password="secret"))

    with pytest.raises(kind, match=words) as caught, door.transaction():
        pytest.fail("it is not let in")

    assert "`w`" in str(caught.value)
    assert "secret" not in f"{caught.value!r} {door!r}"
    assert connect.call_args.kwargs["password"] == "secret"
