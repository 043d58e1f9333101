"""What every warehouse promises, on Snowflake: the same tests, behind its own client."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from listrak.warehouse.snowflake import SnowflakeDatabase
from tests.unit.conftest import Query
from tests.unit.snowflake_account import SnowflakeAccount
from tests.unit.warehouse import test_upgrade as upgrades
from tests.unit.warehouse import test_warehouse as promises

test_rows_are_matched_by_column_name = promises.test_rows_are_matched_by_column_name
test_any_exception_leaves_nothing_behind = promises.test_any_exception_leaves_nothing_behind
test_statement_tells_how_many_rows_it_changed = (
    promises.test_statement_tells_how_many_rows_it_changed
)
test_lent_rows_can_be_read_by_statements = promises.test_lent_rows_can_be_read_by_statements
test_what_is_lent_again_replaces_what_was_lent = (
    promises.test_what_is_lent_again_replaces_what_was_lent
)
test_temporary_tables_end_with_their_transaction = (
    promises.test_temporary_tables_end_with_their_transaction
)
test_tables_of_a_newer_program_are_left_alone = (
    promises.test_tables_of_a_newer_program_are_left_alone
)
test_question_is_answered_without_a_prefix_and_changes_nothing = (
    promises.test_question_is_answered_without_a_prefix_and_changes_nothing
)
test_question_that_makes_no_sense_gets_the_engines_words_in_one_line = (
    promises.test_question_that_makes_no_sense_gets_the_engines_words_in_one_line
)
test_question_before_any_run_finds_nothing = promises.test_question_before_any_run_finds_nothing
test_space_is_given_back_and_rows_stay = promises.test_space_is_given_back_and_rows_stay
version_1 = upgrades.version_1
test_version_1_is_upgraded_and_goes_on = upgrades.test_version_1_is_upgraded_and_goes_on
test_upgrade_happens_once = upgrades.test_upgrade_happens_once


@pytest.fixture
def warehouse(snowflake: SnowflakeAccount) -> SnowflakeDatabase:
    return snowflake.door()


@pytest.fixture
def query(snowflake: SnowflakeAccount) -> Query:
    return snowflake.run


@pytest.fixture
def tamper(snowflake: SnowflakeAccount) -> Callable[[str], None]:
    return snowflake.change
