"""What a warehouse's error says is left of the step it ended."""

NOTHING_KEPT = "Nothing of this step was kept."
IN_DOUBT = (
    "The connection was lost at the commit: whether this step was kept is not known. Either is "
    "safe: the next try begins from what is there."
)
