"""The demo: a grocery chain's recorded year, replayed as live events into a workspace with five journeys."""
