"""What `kesher serve` costs when nothing happens: memory and processor of all its processes, database included."""

from __future__ import annotations

import time
from typing import Any

from bench.installation import Installation, running_installation

_MB = 1024 * 1024


def run(seconds: float = 60.0, settle_seconds: float = 30.0) -> dict[str, Any]:
    """Memory (PSS: a page shared by n processes counts 1/n for each) and the share of one core over `seconds`."""
    with running_installation() as installation:
        time.sleep(settle_seconds)
        before = installation.cpu_seconds()
        time.sleep(seconds)
        after = installation.cpu_seconds()
        memory = memory_by_role(installation)
    cpu = {role: (used - before.get(role, 0.0)) / seconds * 100 for role, used in after.items()}
    return {
        "memory_mb": round(sum(memory.values())),
        "memory_by_role_mb": {role: round(mb) for role, mb in memory.items()},
        "cpu_percent_of_a_core": round(sum(cpu.values()), 2),
        "cpu_by_role_percent": {role: round(share, 2) for role, share in cpu.items()},
        "seconds": seconds,
    }


def memory_by_role(installation: Installation) -> dict[str, float]:
    """Megabytes of proportional memory by role."""
    return {
        role: sum(process.memory_full_info().pss for process in processes) / _MB
        for role, processes in installation.processes().items()
    }


if __name__ == "__main__":
    print(run())
