"""YAML text with the line of every value. Read as YAML 1.2 does: `09:30`, `on` and `no` are text."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from kesher.journeys.fields.place import filled
from kesher.kernel.errors import Problem, TooLarge
from kesher.kernel.text import Text

MAX_CHARACTERS = 256_000
MAX_DEPTH = 60

_SYNTAX = Text(en="This is not YAML: {reason}.", he="זה אינו YAML תקין: {reason}.")
_ALIAS = Text(en="Anchors and aliases (& and *) are not read here.", he="עוגנים והפניות (& ו־*) אינם נקראים כאן.")
_DEEP = Text(en="This is nested more than {depth} levels deep.", he="הקינון כאן עמוק מ־{depth} רמות.")
_TWICE = Text(en="“{name}” is written twice.", he="”{name}“ כתוב פעמיים.")
_NOT_TEXT_KEY = Text(en="A field's name must be text.", he="שם של שדה חייב להיות טקסט.")
_EMPTY = Text(en="There is nothing here.", he="אין כאן דבר.")

_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_CONSTANTS = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(slots=True)
class YamlDocument:
    """The text as JSON values, the line on which each path begins (from 1), and what was wrong with the text."""

    data: Any = None
    lines: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line_of(self, path: str) -> int | None:
        """The line of a path, or of the innermost place around it that was written."""
        while path not in self.lines:
            if not path:
                return None
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.lines[path]


def load_yaml(text: str) -> YamlDocument:
    """Read one YAML document; its mistakes are problems, never exceptions (except TooLarge)."""
    if len(text) > MAX_CHARACTERS:
        raise TooLarge(limit=f"{MAX_CHARACTERS:,}")
    document = YamlDocument()
    try:
        node = _compose(text, document)
    except yaml.YAMLError as error:
        reason = str(getattr(error, "problem", None) or error)
        line = _line(getattr(error, "problem_mark", None))
        document.problems.append(Problem("", filled(_SYNTAX, reason=reason), line))
        return document
    if node is not None:
        document.data = _value(node, "", document)
    return document


def dump_yaml(data: Any) -> str:
    """The YAML of JSON values, in block style and in their order, letters as they are."""
    text: str = yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    return text


class _Dumper(yaml.SafeDumper):
    """Quotes every text that `load_yaml` would read as something else."""

    def represent_text(self, text: str) -> yaml.ScalarNode:
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=None if _scalar(text) == text else "'")


_Dumper.add_representer(str, _Dumper.represent_text)


def _compose(text: str, document: YamlDocument) -> yaml.Node | None:
    """The tree of nodes; refuses what could grow without bound before building it."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = _line(event.start_mark)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            document.problems.append(Problem("", _ALIAS, line))
            return None
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            document.problems.append(Problem("", filled(_DEEP, depth=MAX_DEPTH), line))
            return None
    node: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    if node is None:
        document.problems.append(Problem("", _EMPTY, 1))
    return node


def _value(node: yaml.Node, path: str, document: YamlDocument) -> Any:
    document.lines.setdefault(path, _line(node.start_mark))
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, document)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, f"{path}[{position}]", document) for position, item in enumerate(node.value)]
    assert isinstance(node, yaml.ScalarNode)
    text: str = node.value
    return text if node.style else _scalar(text)


def _mapping(node: yaml.MappingNode, path: str, document: YamlDocument) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in node.value:
        line = _line(key.start_mark)
        if not isinstance(key, yaml.ScalarNode):
            document.problems.append(Problem(path, _NOT_TEXT_KEY, line))
            continue
        inner = f"{path}.{key.value}" if path else key.value
        if key.value in values:
            document.problems.append(Problem(inner, filled(_TWICE, name=key.value), line))
            continue
        document.lines[inner] = line
        values[key.value] = _value(value, inner, document)
    return values


def _line(mark: Any) -> int:
    return 1 if mark is None else int(mark.line) + 1


def _scalar(text: str) -> Any:
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text) and math.isfinite(float(text)):
        return float(text)
    return text
