"""Reads of the room: rules parsed, compiled and evaluated; who is in what."""

from kesher.segments.compiling import compile_rule, compile_where
from kesher.segments.evaluating import evaluate, matches
from kesher.segments.parsing import dependencies_of, parse_rule, parse_where

__all__ = [
    "compile_rule",
    "compile_where",
    "dependencies_of",
    "evaluate",
    "matches",
    "parse_rule",
    "parse_where",
]
