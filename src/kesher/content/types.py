"""What crosses the room's border."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from kesher.consent.types import LegalProfile
from kesher.kernel.text import Text

MAX_SUBJECT = 500
"""Characters of a subject or preheader as written; a rendered subject is cut here too."""
MAX_BODY = 400_000
"""Characters of a body as written. Gmail shows only the first 102 kB of the HTML it receives."""
MAX_VARIANTS = 20
MOST_IMAGE_BYTES = 3 * 1024 * 1024
"""Of one picture: a message whose pictures are heavier is not waited for on a telephone."""


class BodyFormat(StrEnum):
    """How a body is written."""

    MJML = "mjml"
    HTML = "html"


class Missing(StrEnum):
    """What a value that is absent does to the message."""

    DEFAULT = "default"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class VariantSource:
    """A message in one language, as its author wrote it; an empty `text` is made from the body."""

    language: str
    subject: str
    body: str
    body_format: str = BodyFormat.MJML
    preheader: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message for one person. `language` is that of the variant which was chosen."""

    subject: str
    html: str
    text: str
    language: str


@dataclass(slots=True)
class Written:
    """A message for one person on its way out: as `Rendered`, with the HTML in UTF-8 as it will leave."""

    subject: str
    html: bytes
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class TemplateVersion:
    """One published state of a template, with its sources."""

    id: int
    number: int
    fallback_language: str
    missing: Missing
    created_at: datetime
    variants: tuple[VariantSource, ...]


@dataclass(frozen=True, slots=True)
class TemplateSummary:
    """A template as a list shows it."""

    id: int
    key: str
    name: Text
    channel: str
    current_version_id: int
    version_number: int
    languages: tuple[str, ...]
    subjects: Mapping[str, str]
    created_at: datetime
    archived_at: datetime | None


@dataclass(frozen=True, slots=True)
class Template:
    """A template with its current version."""

    id: int
    workspace_id: int
    key: str
    name: Text
    channel: str
    created_at: datetime
    archived_at: datetime | None
    version: TemplateVersion


@dataclass(frozen=True, slots=True)
class BrandKit:
    """The workspace's face. What is a mapping of languages may differ from one language to another.

    `legal` is who answers for it by law; the brand's own sender, address and telephone fill its gaps.
    """

    name: Text
    sender_name: Text
    sender_email: str
    reply_to: str
    address: Text
    phone: str
    website_url: str
    logo_url: str
    timezone: str
    legal: LegalProfile
    colors: Mapping[str, str] = field(default_factory=dict)
    font: str = "Arial, sans-serif"

    def variables(self, language: str) -> dict[str, Any]:
        """What a template sees as `brand`, in one language."""
        return {
            "name": self.name.render(language),
            "sender_name": self.sender_name.render(language),
            "sender_email": self.sender_email,
            "reply_to": self.reply_to,
            "address": self.address.render(language),
            "phone": self.phone,
            "website_url": self.website_url,
            "logo_url": self.logo_url,
            "timezone": self.timezone,
            "colors": dict(self.colors),
            "font": self.font,
            "legal": self._legal_variables(language),
        }

    def _legal_variables(self, language: str) -> dict[str, str]:
        """Who sends, for the law: what `{% footer %}` writes."""
        legal = self.legal
        return {
            "name": legal.name.render(language) or self.sender_name.render(language),
            "registration_number": legal.registration_number,
            "address": legal.address.render(language) or self.address.render(language),
            "phone": legal.phone or self.phone,
            "email": legal.email or self.reply_to or self.sender_email,
            "unsubscribe_way": legal.unsubscribe_way.render(language),
        }


class Severity(StrEnum):
    """`error`: not to be sent like this. `warning`: likely to harm. `info`: good to know."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at: `code` names its kind, `place` the field of the variant."""

    severity: Severity
    code: str
    place: str
    text: Text
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the checks need to know beside the message. `names` are the known names by the root of a variable, such as
    the traits for `customer`; a root that is not in it is not checked. `languages` are those that people read."""

    brand: BrandKit
    marketing: bool = True
    names: Mapping[str, Collection[str]] = field(default_factory=dict)
    languages: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """A picture for messages; `path` is its public address below the installation's own, `alt` what it shows."""

    id: int
    path: str
    name: str
    alt: Text
    media_type: str
    width: int
    height: int
    size_bytes: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ImageContent:
    """A picture as it is served."""

    media_type: str
    content: bytes
    digest: str
