"""Checks of what people type for workspaces and users."""

from __future__ import annotations

import re
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from kesher.accounts.models import User
from kesher.kernel.errors import Problem
from kesher.kernel.text import LANGUAGES, Text

_SLUG = re.compile(r"(?=.*[a-z])[a-z0-9]+(?:-[a-z0-9]+)*")
"""At least one letter: the X-Workspace header takes a slug or an id, and the two must not be confused."""
_SLUG_LENGTH = 60
_NAME_LENGTH = 200
_EMAIL_LENGTH = 254
_PASSWORD_LENGTH = 200


@cache
def timezones() -> frozenset[str]:
    """The names of the IANA time zones that this installation knows."""
    return frozenset(name for name in available_timezones() if "/" in name or name == "UTC")


def slug_problems(slug: str) -> list[Problem]:
    """What is wrong with the slug of a workspace."""
    if len(slug) <= _SLUG_LENGTH and _SLUG.fullmatch(slug):
        return []
    text = Text(
        en="Use small Latin letters, digits and hyphens, with at least one letter (at most 60 characters).",
        he="יש להשתמש באותיות לטיניות קטנות, בספרות ובמקפים, ובהן אות אחת לפחות (עד 60 תווים).",
    )
    return [Problem("slug", text)]


def name_problems(name: str, path: str = "name") -> list[Problem]:
    """What is wrong with a name that people read."""
    if name.strip() and len(name) <= _NAME_LENGTH and name.isprintable():
        return []
    return [
        Problem(
            path,
            Text(en="Give a name of 1 to 200 characters on one line.", he="יש לתת שם בן 1 עד 200 תווים בשורה אחת."),
        )
    ]


def timezone_problems(name: str) -> list[Problem]:
    """What is wrong with the name of a time zone."""
    if name in timezones():
        return []
    text = Text(
        en="This is not an IANA time zone; write it like Asia/Jerusalem.",
        he="זהו אינו אזור זמן של IANA; יש לכתוב למשל Asia/Jerusalem.",
    )
    return [Problem("timezone", text)]


def language_problems(tag: str, path: str) -> list[Problem]:
    """What is wrong with the language of the people who work in Kesher."""
    if tag in LANGUAGES:
        return []
    return [Problem(path, Text(en="Choose en or he.", he="יש לבחור en או he."))]


def email_problems(email: str) -> list[Problem]:
    """What is wrong with the address of a user."""
    try:
        validate_email(email)
    except ValidationError:
        correct = False
    else:
        correct = len(email) <= _EMAIL_LENGTH and email.isprintable()
    if correct:
        return []
    return [Problem("email", Text(en="This is not an e-mail address.", he="זו אינה כתובת דוא״ל."))]


_PASSWORD_TEXTS = {
    "password_too_short": Text(en="Use at least {min_length} characters.", he="יש להשתמש ב־{min_length} תווים לפחות."),
    "password_too_common": Text(en="This password is too easy to guess.", he="הסיסמה הזאת קלה מדי לניחוש."),
}
"""Django's own words are not in Hebrew for these."""


def password_problems(password: str, user: User) -> list[Problem]:
    """What is wrong with a new password, by the validators in the settings."""
    if len(password) > _PASSWORD_LENGTH or "\0" in password:
        text = Text(en="Use at most 200 characters.", he="יש להשתמש בלכל היותר 200 תווים.")
        return [Problem("password", text)]
    try:
        validate_password(password, user)
    except ValidationError as error:
        return [Problem("password", _password_text(each)) for each in error.error_list]
    return []


def _password_text(error: ValidationError) -> Text:
    text = _PASSWORD_TEXTS.get(error.code or "", Text.from_dict(" ".join(error.messages)))
    params = error.params or {}
    return Text(en=text.render("en", **params), he=text.render("he", **params))


def holdout_problems(holdout: Any) -> list[Problem]:
    """What is wrong with the share of people who get no marketing, to compare with: `{"share": basis points, "salt":
    text}`; another salt holds out others. None is no holdout."""
    if holdout is None:
        return []
    told = holdout if isinstance(holdout, dict) and holdout.keys() == {"share", "salt"} else {}
    share, salt = told.get("share"), told.get("salt")
    if type(share) is int and 1 <= share <= 9_999 and isinstance(salt, str) and 0 < len(salt) <= 100:
        return []
    text = Text(
        en="Write a share in basis points from 1 to 9999 and a salt, such as share 500 (5%) and salt “2026”.",
        he="יש לכתוב share בנקודות בסיס, מ־1 עד 9999, ו־salt: למשל 500 (5%) ו־”2026“.",
    )
    return [Problem("settings.holdout", text)]
