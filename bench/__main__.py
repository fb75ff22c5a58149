"""`make bench`: run every benchmark, print one table, keep it in docs/benchmarks.md."""

from __future__ import annotations

import argparse
import multiprocessing
import platform
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import psutil

from bench import rows

OUTPUT = Path(__file__).parent.parent / "docs" / "benchmarks.md"


def machine() -> str:
    """The machine in a line: processor, cores, memory, system, Python, PostgreSQL."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.processor(),
    )
    memory = psutil.virtual_memory().total / 1024**3
    return (
        f"{model}, {psutil.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, embedded PostgreSQL {_postgres_version()}"
    )


def _postgres_version() -> str:
    from kesher.config import postgres

    return subprocess.check_output([postgres.BIN / "postgres", "--version"], text=True).split()[-1]


def main() -> None:
    """Run the rows that were asked for (all of them by default) and write the table when all ran."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("only", nargs="*", help=f"some of: {', '.join(rows.ROWS)}")
    parser.add_argument("--quick", action="store_true", help="a tenth of the time and size: to see that it runs")
    options = parser.parse_args()
    chosen = options.only or list(rows.ROWS)
    lines = []
    # Each in a process of its own: a row has its own database, and Django is set up once in a process' life.
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=spawn, max_tasks_per_child=1) as measurer:
        for name in chosen:
            print(f"… {name}", file=sys.stderr, flush=True)
            lines.append(measurer.submit(rows.ROWS[name], 0.1 if options.quick else 1.0).result())
            print(lines[-1], file=sys.stderr, flush=True)
    table = "\n".join(["| work | target | measured | bound by |", "|---|---|---|---|", *lines])
    head = f"Measured {datetime.now(UTC):%Y-%m-%d} on: {machine()}; load and sink share the machine."
    print(f"\n{head}\n\n{table}")
    if not options.only and not options.quick:
        OUTPUT.write_text(f"# Benchmarks\n\n`make bench` wrote this. {head}\n\n{table}\n\n{rows.NOTES}\n")


if __name__ == "__main__":
    main()
