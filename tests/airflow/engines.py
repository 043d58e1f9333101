"""Stories that happen on each engine, to two sources at once that differ in the warehouse only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from tests.airflow.conftest import POSTGRES, Source

Story = Callable[[Source], None]
ENGINES = ("", POSTGRES)  # how the names of their sources end


def on_each_engine(name: str) -> Callable[[Story], Callable[[Mapping[str, Source]], None]]:
    """Make a test of what happens to the source `name`, on every engine at the same time."""

    def test_of(story: Story) -> Callable[[Mapping[str, Source]], None]:
        def test(sources: Mapping[str, Source]) -> None:
            with ThreadPoolExecutor() as pool:
                happening = {
                    engine: pool.submit(story, sources[name + engine]) for engine in ENGINES
                }
            failures = []
            for engine, ended in happening.items():
                if failure := ended.exception():
                    failure.add_note(f"It happened to the source {name + engine}.")
                    failures.append(failure)
            if failures:
                raise BaseExceptionGroup(f"{len(failures)} of {len(ENGINES)} engines", failures)

        test.__doc__ = story.__doc__
        return test

    return test_of
