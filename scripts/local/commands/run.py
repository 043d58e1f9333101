"""scripts/run: Airflow up, every source's DAG run once, and what came of it."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import FrameType

from listrak.connection_fields import variable
from listrak.errors import ConnectionSettingsError, ListrakSourceError
from local.api import ApiError
from local.database import DatabaseError
from local.decision import (
    SandboxAddresses,
    decided,
    read_decision,
    sandbox_connections,
    wants_sandbox,
    write_decision,
)
from local.environment import DATABASE_KEY, without_schedule
from local.place import Place, find_place
from local.running import RunningAirflow, prepared_airflow, start_airflow
from local.runs import earlier_runs, follow, result, start_run, wait_for_dags
from local.sandbox_service import start_sandbox
from local.services import Services, StartError
from local.sources import DAG_PARAMS, Sources, SourceSettings, configured_sources
from local.stored import stored_connections
from local.warehouses import find_warehouse, reach_servers, warehouse_texts

INTERRUPTED = 130
EXAMPLE = '{"dry_run": true}'


@dataclass(frozen=True)
class Options:
    """What was asked for: `conf` are the DAG params of the runs."""

    once: bool
    conf: Mapping[str, object]


def main(arguments: list[str]) -> int:
    """Run as asked; 1 when something failed, after one clear message."""
    options = _options(arguments)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    sources = configured_sources()
    for mistake in sources.mistakes:
        _complain(mistake)
    if not sources.valid:
        _complain("No source can run. Nothing was started.")
        return 1
    try:
        return _run(options, sources, find_place(os.environ))
    except (StartError, DatabaseError, ApiError, ConnectionSettingsError) as error:
        _complain(str(error))
        return 1
    except ListrakSourceError as error:
        _complain(f"{error} Nothing was started.")
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


def _options(arguments: list[str]) -> Options:
    parser = argparse.ArgumentParser(
        "scripts/run", description="Start Airflow here and run every source."
    )
    parser.add_argument(
        "--once", action="store_true", help="end after the runs; status 1 if one failed"
    )
    parser.add_argument("--conf", type=_conf, default={}, metavar="JSON", help=f"such as {EXAMPLE}")
    parsed = parser.parse_args(arguments)
    return Options(parsed.once, parsed.conf)


def _conf(text: str) -> dict[str, object]:
    try:
        conf = json.loads(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"is not JSON: {error}") from None
    if not isinstance(conf, dict):
        raise argparse.ArgumentTypeError(f"is not a JSON object such as {EXAMPLE}")
    for key, value in conf.items():
        if key not in DAG_PARAMS:
            raise argparse.ArgumentTypeError(
                f"there is no {key!r}; there are {', '.join(DAG_PARAMS)}"
            )
        if not isinstance(value, bool):
            raise argparse.ArgumentTypeError(f"{key}: expected true or false")
    return conf


def _run(options: Options, sources: Sources, place: Place) -> int:
    with prepared_airflow(os.environ, place, _say) as (services, environment):
        chosen, receiver = _connect(services, sources, environment)
        places = _places(sources.valid, chosen, place)
        began = datetime.now(UTC)
        airflow = start_airflow(
            services, without_schedule(chosen) if options.once else chosen, _say
        )
        wait_for_dags(airflow, [source.dag_id for source in sources.valid], began)
        succeeded = _run_all(airflow, sources.valid, options.conf)
        _say(_where_to_look(airflow, places, receiver, up=not options.once))
        if not options.once:
            return _stay(services)
        return 0 if succeeded and not sources.mistakes else 1


def _connect(
    services: Services, sources: Sources, environment: Mapping[str, str]
) -> tuple[dict[str, str], SandboxAddresses | None]:
    """Decide for the sandbox or against it; return the environment with its connections."""
    place = services.place
    stored = stored_connections(environment[DATABASE_KEY])
    given = warehouse_texts(_warehouse_conn_ids(sources.valid), environment, place)
    reach_servers(given, environment, place)
    listrak = {source.listrak_conn_id for source in sources.valid}
    if not wants_sandbox(listrak, environment, stored):
        write_decision(place, decided({}, given, stored))
        return dict(environment), None
    addresses = start_sandbox(services, sources.path, environment)
    connections = sandbox_connections(sources.valid, addresses, environment, place)
    write_decision(place, decided(connections, given, stored))
    chosen = {**environment, **connections}
    _say(_sandbox_notice(sources.valid, _places(sources.valid, chosen, place), environment, stored))
    return chosen, addresses


def _warehouse_conn_ids(sources: Sequence[SourceSettings]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(source.warehouse_conn_id for source in sources))


def _places(
    sources: Sequence[SourceSettings], environ: Mapping[str, str], place: Place
) -> list[str]:
    """Return where the warehouses are, each once, in words that may be shown."""
    decision = read_decision(place)
    words = [
        f"where Airflow's connection `{conn_id}` says"
        if decision and decision.elsewhere.get(conn_id) == "airflow"
        else find_warehouse(conn_id, environ, place, _say).place
        for conn_id in _warehouse_conn_ids(sources)
    ]
    return [*dict.fromkeys(words)]


def _sandbox_notice(
    sources: Sequence[SourceSettings],
    places: Sequence[str],
    environment: Mapping[str, str],
    stored: Mapping[str, object],
) -> str:
    listrak = sorted({source.listrak_conn_id for source in sources})
    segment = sorted({source.segment_conn_id for source in sources})
    replaced = [each for each in segment if variable(each) in environment or each in stored]
    kept = [each for each in _warehouse_conn_ids(sources) if environment.get(variable(each))]
    lines = [
        "",
        "*** SANDBOX: no Listrak connection is configured. ***",
        "These contacts are MADE UP: they come from and go to stand-ins on this machine, and never",
        f"to Segment. Their warehouse is {' and '.join(places)}.",
        "To read the real Listrak, set",
        f"{variable(listrak[0])} and {variable(segment[0])},",
        "or add the connections in the UI, and start again. README.md says how.",
        *[f"The configured connection `{each}` is NOT used meanwhile." for each in replaced],
        *[f"But `{each}` IS WRITTEN, as configured: let it be one to throw away." for each in kept],
        "",
    ]
    return "\n".join(lines)


def _run_all(
    airflow: RunningAirflow, sources: Sequence[SourceSettings], conf: Mapping[str, object]
) -> bool:
    api = airflow.api
    earlier = [run for source in sources for run in earlier_runs(api, source, _say)]
    runs = [start_run(api, source, conf) for source in sources]
    _say(f"Running {', '.join(source.dag_id for source in sources)} …")
    if earlier:
        _say(f"{len(earlier)} run(s) that an earlier start left unfinished come first.")
    follow(airflow, [*earlier, *runs], _say)
    for run in (*earlier, *runs):
        _say("\n" + "\n".join(result(airflow.api, run)))
    return all(run.state == "success" for run in runs)


def _where_to_look(
    airflow: RunningAirflow, places: Sequence[str], receiver: SandboxAddresses | None, *, up: bool
) -> str:
    login = f"user {airflow.username}, password {airflow.password}"
    seen = [
        f"  Airflow    {airflow.api.base_url}  ({login})",
        *([f"  Receiver   {receiver.segment_host}  (the sandbox's Segment)"] if receiver else []),
        "  Ctrl-C stops everything.",
    ]
    lines = [
        "",
        "Where to look:",
        f"  Warehouse  {' and '.join(places)}",
        "             scripts/sql runs   (scripts/sql --list names the other saved queries)",
        '             scripts/sql "select * from snapshots order by snapshot_at desc"',
    ]
    return "\n".join(lines + (seen if up else []))


def _stay(services: Services) -> int:
    """Stay up until a signal; 0 then, whatever the runs came to."""
    try:
        while True:
            services.check()
            time.sleep(1.0)
    except KeyboardInterrupt:
        return 0


def _stop(caught: int, _frame: FrameType | None) -> None:
    """End by the way of Ctrl-C, once: a second signal must not cut the clean-up short."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    _say(f"\nStopping ({signal.Signals(caught).name}) …")
    raise KeyboardInterrupt


def _say(line: str) -> None:
    print(line, flush=True)


def _complain(line: str) -> None:
    print(f"scripts/run: {line}", file=sys.stderr, flush=True)
