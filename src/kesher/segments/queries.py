"""Reads of the room: rules parsed, compiled and evaluated; who is in what."""

from kesher.segments.compiling import compile_rule, compile_where
from kesher.segments.definitions import check_named, check_references, find_segment, get_segment, list_segments
from kesher.segments.evaluating import evaluate, matches
from kesher.segments.explaining import explain
from kesher.segments.exporting import export_person
from kesher.segments.finding import list_matching
from kesher.segments.imports.storing import get_import, list_imports, list_refused_rows, preview_import
from kesher.segments.language import describe_language
from kesher.segments.leaves.event import read_event_leaf
from kesher.segments.leaves.relative_date import read_day
from kesher.segments.lists import count_list_members, get_list, list_lists, list_profile_lists
from kesher.segments.members import (
    count_matching,
    count_members,
    list_list_members,
    list_members,
    list_profile_segments,
    next_timer,
    relation_matching,
    relation_members,
)
from kesher.segments.moments import read_moment
from kesher.segments.parsing import dependencies_of, parse_rule, parse_where, reach_of, references_of
from kesher.segments.people import load_asked, load_people, load_person
from kesher.segments.previewing import estimate_rule, list_warnings, preview_rule
from kesher.segments.saying import say
from kesher.segments.scores.definitions import check_score_model, get_score_model, list_score_models
from kesher.segments.scores.form import SCORE_FORM
from kesher.segments.scores.parsing import parse_score_model
from kesher.segments.scores.reading import count_grades, explain_score, list_profile_scores

__all__ = [
    "SCORE_FORM",
    "check_named",
    "check_references",
    "check_score_model",
    "compile_rule",
    "compile_where",
    "count_grades",
    "count_list_members",
    "count_matching",
    "count_members",
    "dependencies_of",
    "describe_language",
    "estimate_rule",
    "evaluate",
    "explain",
    "explain_score",
    "export_person",
    "find_segment",
    "get_import",
    "get_list",
    "get_score_model",
    "get_segment",
    "list_imports",
    "list_list_members",
    "list_lists",
    "list_matching",
    "list_members",
    "list_profile_lists",
    "list_profile_scores",
    "list_profile_segments",
    "list_refused_rows",
    "list_score_models",
    "list_segments",
    "list_warnings",
    "load_asked",
    "load_people",
    "load_person",
    "matches",
    "next_timer",
    "parse_rule",
    "parse_score_model",
    "parse_where",
    "preview_import",
    "preview_rule",
    "reach_of",
    "read_day",
    "read_event_leaf",
    "read_moment",
    "references_of",
    "relation_matching",
    "relation_members",
    "say",
]
