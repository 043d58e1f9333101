"""`python -m sandbox`: both doors, until SIGTERM, SIGINT or the death of the parent process."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import yaml

from sandbox.listrak_api import ListrakApi
from sandbox.made_up import made_up_world
from sandbox.segment_api import SegmentApi


def main(arguments: list[str] | None = None) -> None:
    """Serve; one line of JSON on standard output says where, once both doors are open."""
    options = _options().parse_args(arguments)
    options.directory.mkdir(parents=True, exist_ok=True)
    lists = configured_lists(options.sources)
    world = made_up_world(lists, options.contacts, directory=options.directory)
    listrak = ListrakApi(world, options.listrak_port)
    segment = SegmentApi(port=options.segment_port, directory=options.directory)
    ended = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: ended.set())
    parent = os.getppid()
    with listrak, segment:
        sys.stdout.write(json.dumps(connections(listrak, segment)) + "\n")
        sys.stdout.flush()
        while os.getppid() == parent and not ended.wait(0.5):
            pass


def connections(listrak: ListrakApi, segment: SegmentApi) -> dict[str, str]:
    """Return what Airflow's connections to the two doors need."""
    return {
        "listrak_host": listrak.base_url,
        "token_url": listrak.token_url,
        "client_id": listrak.client_id,
        "client_secret": listrak.client_secret,
        "segment_host": segment.host,
        "settings_url": segment.settings_url,
        "write_key": segment.write_key,
    }


def configured_lists(path: Path) -> dict[int, int | None]:
    """Return {list id: user id field or None} of a sources file.

    Lenient: what is wrong with the file is for the product to say, so wrong parts give no list.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        return {}
    found: dict[int, int | None] = {}
    for source in _mappings(content, "sources"):
        for entry in _mappings(source, "lists"):
            list_id, field_id = entry.get("id"), entry.get("user_id_field")
            if isinstance(list_id, int):
                known = found.get(list_id)
                found[list_id] = field_id if isinstance(field_id, int) else known
    return found


def _mappings(parent: object, key: str) -> list[dict[str, Any]]:
    children = parent.get(key) if isinstance(parent, dict) else None
    if not isinstance(children, list):
        return []
    return [child for child in children if isinstance(child, dict)]


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--directory", type=Path, required=True, help="where both doors remember")
    parser.add_argument("--sources", type=Path, required=True, help="the sources file")
    parser.add_argument("--contacts", type=int, default=3000, help="per list (default: 3000)")
    parser.add_argument("--listrak-port", type=int, default=0, help="default: a free one")
    parser.add_argument("--segment-port", type=int, default=0, help="default: a free one")
    return parser


if __name__ == "__main__":
    main()
