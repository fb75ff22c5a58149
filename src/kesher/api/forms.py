"""Forms that draw themselves: one shape for the fields of rules, nodes and entries."""

from __future__ import annotations

from pydantic import JsonValue

from kesher.api.schemas import BothTexts, Out


class ChoiceDetail(Out):
    """One value of a choice, and what people call it."""

    value: str
    label: BothTexts


class FieldDetail(Out):
    """One field of a form. `kind` says what is entered, `of` what a `reference` names, `fields` those of a record or of
    each item; the field is asked while each field in `when` has one of its values."""

    name: str
    kind: str
    label: BothTexts
    help: BothTexts | None
    required: bool
    default: JsonValue
    choices: list[ChoiceDetail]
    of: str
    smallest: float | None
    largest: float | None
    longest: int | None
    when: dict[str, list[str]]
    fields: list[FieldDetail]
