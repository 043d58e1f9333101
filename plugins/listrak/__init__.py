"""The Listrak source for Segment: extract → snapshot → diff → load.

Each stage is a package of that name and imports none of the others; `operators` puts them in order
under Airflow. `warehouse` is the one door to the snapshots, `errors` tells what went wrong.
"""

__version__ = "0.1.0"
