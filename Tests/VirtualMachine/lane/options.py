"""How thorough this run is."""

# Two minutes of streaming and a thousand cycles, instead of what continuous integration has time for.
long = False
