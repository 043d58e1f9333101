"""Shows the mistakes of the sources file where Airflow shows a DAG's: as an import error.

Apart from the DAGs themselves, so that a broken source does not take the others down.
"""

from listrak.sources_file import check_sources, sources_file

check_sources(sources_file())
