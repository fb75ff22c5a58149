"""Taking people of earlier versions to the version in force, where its mapping says so."""

from __future__ import annotations

from kesher.journeys.tick.work import Work

BATCH = 5_000


def move_people(work: Work) -> bool:
    """Move the next batch; True when more are to be moved. They are asked again, and messages of those whom the mapping
    lets go are withdrawn, later in the same tick."""
    journeys = work.catalogue.relocating()
    if not journeys:
        return False
    moved = work.run("move_people", journeys=journeys, limit=BATCH)
    work.exited = work.exited or moved > 0
    return moved == BATCH
