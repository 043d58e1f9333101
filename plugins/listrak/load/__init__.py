"""The last stage: pending trait changes become identify calls, and Segment's answers receipts.

supersede → plan → send (`send.send_pending` is the order). A call is written down with its id and
timestamp before it is first sent, so that every later attempt sends the very same call again;
Segment de-duplicates by the id. `segment` is the one door to Segment.
"""
