"""The DAG that forgets a contact in every warehouse of the sources file; triggered by hand."""

from __future__ import annotations

from airflow.sdk import DAG, Param, task

from listrak.forget.warehouses import warehouse_conn_ids
from listrak.operators.forget_contact import ForgetContactOperator
from listrak.operators.outcome import (
    FIRST_RETRY_AFTER,
    LONGEST_RETRY_DELAY,
    LONGEST_TASK,
    RETRIES,
    RetryAfterPolicy,
    airflow_outcome,
)
from listrak.sources_file import load_sources, sources_file

DOCS = """\
### Forget a contact

Erases an address from every snapshot, change, identify call and read under way, in the warehouse of
every source, and keeps only a digest of it, so that no later run or backfill brings it back. The
contact counts again when it subscribes anew after that. Best triggered while no other run is up.

It asks for the **digest** of the address, never for the address: Airflow stores and shows what a
run is given. The digest is the SHA-256 of the address in lower case. This asks for the address:

```sh
python3 -c 'import hashlib; print(hashlib.sha256(input().strip().lower().encode()).hexdigest())'
```

**Before that**, note the user ids by which Segment knows the contact, for they are erased too:

```sh
scripts/sql "select distinct user_id from identify_calls where anonymous_id = 'ann@example.com'"
```

**Ask Listrak**: `POST https://api.listrak.com/privacy/v1/Forget` with `{"emailAddress": "…"}`, by
an integration of type *Privacy*. Listrak queues the request.

**Ask Segment**: in the workspace under Settings > End User Privacy, or by the Public API:
`POST https://api.segmentapis.com/regulations` with
`{"regulationType": "SUPPRESS_WITH_DELETE", "subjectType": "USER_ID", "subjectIds": ["…"]}`.
`DELETE_ONLY` deletes as well and lets later calls through.

`docs/erasure.md` says what stays, and what to do about contacts that have no user id.
"""
FIND_DOCS = """\
Names the warehouses of all sources. Fails, and nothing is forgotten, where the sources file has a
mistake: correct it and clear this task.
"""
FORGET_DOCS = "Erases the address from one warehouse, in one transaction. Returns counts of rows."

ADDRESS_SHA256 = Param(
    type="string",
    pattern="^[0-9a-f]{64}$",
    minLength=64,
    maxLength=64,
    title="Digest of the address",
    description="SHA-256 of the address in lower case, as 64 hexadecimal digits. Never the address "
    "itself: Airflow keeps what stands here.",
)

with DAG(
    "listrak_forget_contact",
    schedule=None,
    is_paused_upon_creation=False,  # has no schedule; a run triggered while paused would only wait
    tags=["listrak", "segment"],
    params={"address_sha256": ADDRESS_SHA256},
    doc_md=DOCS,
    default_args={
        "retries": RETRIES,
        "retry_delay": FIRST_RETRY_AFTER,
        "retry_exponential_backoff": 2,
        "max_retry_delay": LONGEST_RETRY_DELAY,
        "retry_policy": RetryAfterPolicy(),
        "execution_timeout": LONGEST_TASK,
    },
):

    @task(doc_md=FIND_DOCS)
    def find_warehouses() -> list[str]:
        """Return the connection of every warehouse that the sources file names."""
        with airflow_outcome():
            return list(warehouse_conn_ids(load_sources(sources_file())))

    ForgetContactOperator.partial(
        task_id="forget_contact",
        address_sha256="{{ params.address_sha256 }}",
        map_index_template="{{ task.warehouse_conn_id }}",
        doc_md=FORGET_DOCS,
    ).expand(warehouse_conn_id=find_warehouses())
