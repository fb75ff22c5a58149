"""The tick of the room: everything that a slice of the log and the passing of time do to the runs, in sets."""

from kesher.journeys.tick.advancing import advance_journeys

__all__ = ["advance_journeys"]
