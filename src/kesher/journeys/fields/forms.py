"""Fields as the form of a screen: each kind says what is to be drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kesher.journeys.fields.kinds import Choice, Integer, Items, Names, Record, Words
from kesher.journeys.fields.outside import LiquidText
from kesher.journeys.fields.place import Field, Kind
from kesher.kernel import forms
from kesher.kernel.forms import FormField


def form_of(fields: Sequence[Field]) -> tuple[FormField, ...]:
    """The fields for a screen, in their order."""
    return tuple(_form_field(each) for each in fields)


def _form_field(each: Field) -> FormField:
    return FormField(
        name=each.written,
        label=each.label,
        help=each.help,
        required=each.required,
        default=None if each.default is None else each.kind.write(each.default),
        **_drawn(each.kind),
    )


def _drawn(kind: Kind) -> dict[str, Any]:
    match kind:
        case Choice():
            return {
                "kind": "choice",
                "choices": tuple(forms.Choice(value, label) for value, label in kind.options.items()),
            }
        case Names():
            return {"kind": "reference", "of": kind.of}
        case Integer():
            return {"kind": "whole", "smallest": kind.smallest, "largest": kind.largest}
        case Words() | LiquidText():
            return {"kind": kind.name, "longest": kind.longest}
        case Items():
            return {"kind": "items", "fields": form_of(kind.record.fields)}
        case Record():
            return {"kind": "record", "fields": form_of(kind.fields)}
    return {"kind": kind.name}
