"""The sandbox: a local stand-in for the two doors nobody can open here.

It is NOT the product and holds nobody's data: `ListrakApi` answers as Listrak's e-mail API is
documented to, `SegmentApi` as Segment's tracking API, both on the loopback address only, over
made-up contacts. `scripts/run` starts it (`python -m sandbox`) when no Listrak connection is
configured; the tests use it in their own process. Nothing under `plugins/` or `dags/` imports it.

    world.py        the lists and contacts that a stand-in Listrak account holds
    made_up.py      such a world, made up, that changes from read to read
    listrak_api.py  the Listrak door (resources.py: its JSON; reading.py: its pages and cursors)
    segment_api.py  the Segment door (ledger.py: what it kept and what it dropped)
    door.py         the HTTP server under both; faults.py: how to make either misbehave
"""
