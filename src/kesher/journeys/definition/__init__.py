"""The definition of a journey: read and checked, written back in one canonical form, as JSON and as YAML."""

from kesher.journeys.definition.reading import ON_ERROR, read_definition
from kesher.journeys.definition.writing import digest_of, in_flow_order, split_layout, with_layout, write_definition
from kesher.journeys.definition.yaml_text import YamlDocument, dump_yaml, load_yaml

__all__ = [
    "ON_ERROR",
    "YamlDocument",
    "digest_of",
    "dump_yaml",
    "in_flow_order",
    "load_yaml",
    "read_definition",
    "split_layout",
    "with_layout",
    "write_definition",
]
