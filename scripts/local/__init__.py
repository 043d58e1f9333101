"""Airflow on one machine: what scripts/run, sql, airflow, test and lock are made of."""

import sys

from local.place import PROJECT

sys.path.append(str(PROJECT / "plugins"))  # where Airflow, too, finds the package
