"""`python -m kesher.cli` is `kesher`."""

from kesher.cli.main import cli

cli(prog_name="kesher")
