"""The root of Kesher's errors.

KesherError                  a user's mistake: it says, in both languages, what to do
├── NotFound                 404   nothing of that kind and key in this workspace
├── Forbidden                403   the caller may not do this
├── Conflict                 409   the thing changed, exists already, or is in use
├── Invalid                  422   a value is wrong; `problems` names each place
├── TooLarge                 413   over a documented limit
└── Unavailable              503   try again after `retry_after` seconds

Rooms subclass these (`TemplateNotFound(NotFound)`), set `code = "room.reason"` and `message`. A defect raises
something else and is never caught by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from kesher.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake at one place: `path` as in `nodes.wait_1.for`, `line` when a file was read."""

    path: str
    message: Text
    line: int | None = None

    def as_dict(self, language: str | None = None) -> dict[str, Any]:
        """The problem for JSON, its message in one language."""
        shown: dict[str, Any] = {"path": self.path, "message": self.message.render(language)}
        if self.line is not None:
            shown["line"] = self.line
        return shown


class KesherError(Exception):
    """A mistake that its maker can mend; `fields` fill the message."""

    code: ClassVar[str] = "kernel.error"
    status: ClassVar[int] = 400
    message: ClassVar[Text] = Text(en="The request cannot be carried out.", he="לא ניתן לבצע את הבקשה.")

    def __init__(self, *, problems: tuple[Problem, ...] = (), **fields: Any) -> None:
        self.fields = fields
        self.problems = problems
        super().__init__(self.render("en"))

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(type(self), problems=self.problems, **self.fields), ()

    def render(self, language: str | None = None) -> str:
        """The message in `language`, then each problem's path and message."""
        head = self.message.render(language, **self.fields)
        tail = [f"{p.path}: {p.message.render(language)}" for p in self.problems]
        return " ".join([head, *tail])


class NotFound(KesherError):
    """Nothing of that kind and key in this workspace."""

    code = "kernel.not_found"
    status = 404
    message = Text(en="There is no {kind} “{key}” here.", he="לא נמצא כאן {kind} בשם ”{key}“.")


class Forbidden(KesherError):
    """The caller may not do this."""

    code = "kernel.forbidden"
    status = 403
    message = Text(
        en="You are not allowed to do this: it needs {permission}.", he="אין לך הרשאה לפעולה זו: נדרשת {permission}."
    )


class Conflict(KesherError):
    """The thing changed meanwhile, exists already, or is in use."""

    code = "kernel.conflict"
    status = 409
    message = Text(en="“{key}” already exists.", he="”{key}“ כבר קיים.")


class Invalid(KesherError):
    """A value is wrong; `problems` says where and what to do."""

    code = "kernel.invalid"
    status = 422
    message = Text(en="Some values need to be corrected.", he="יש לתקן כמה ערכים.")


class TooLarge(KesherError):
    """Over a documented limit."""

    code = "kernel.too_large"
    status = 413
    message = Text(en="That is too large: at most {limit}.", he="גדול מדי: לכל היותר {limit}.")


class Unavailable(KesherError):
    """Not now; the caller may try again after `retry_after` seconds."""

    code = "kernel.unavailable"
    status = 503
    message = Text(en="Busy; try again in {retry_after} seconds.", he="עסוק; כדאי לנסות שוב בעוד {retry_after} שניות.")
