"""fakesnow as a server: `python -m tests.unit.snowflake_stand_in PORT`.

fakesnow 0.12 sends a time that is null as 1970: here it is sent as null, as Snowflake does.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

import fakesnow.arrow
import pyarrow as pa
import pyarrow.compute as pc
import uvicorn
from fakesnow.server import app

as_struct = fakesnow.arrow.timestamp_to_sf_struct


def as_struct_or_null(times: Any) -> Any:
    whole = times.combine_chunks()
    struct: Any = as_struct(pc.fill_null(whole, 0))
    fields = list(struct.type)
    return pa.StructArray.from_arrays(struct.flatten(), fields=fields, mask=pc.is_null(whole))


if __name__ == "__main__":
    fakesnow.arrow.timestamp_to_sf_struct = as_struct_or_null
    logging.getLogger("fakesnow.server").setLevel(logging.ERROR)
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
