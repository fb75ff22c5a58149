"""The room's errors."""

from __future__ import annotations

from kesher.kernel.errors import Conflict, Invalid, KesherError, NotFound, TooLarge
from kesher.kernel.text import Text


class TemplateNotFound(NotFound):
    """No template of this key, or no version of this id."""

    code = "content.template_not_found"
    message = Text(en="There is no template “{key}” here.", he="לא נמצאה כאן תבנית בשם ”{key}“.")


class TemplateInvalid(Invalid):
    """The template cannot be saved; every problem is named with its place."""

    code = "content.template_invalid"
    message = Text(
        en="The template was not saved; please correct what follows.", he="התבנית לא נשמרה; יש לתקן את הדברים הבאים."
    )


class BrandKitInvalid(Invalid):
    """The brand kit cannot be saved."""

    code = "content.brand_kit_invalid"
    message = Text(
        en="The brand kit was not saved; please correct what follows.",
        he="ערכת המותג לא נשמרה; יש לתקן את הדברים הבאים.",
    )


class RenderFailed(KesherError):
    """The template met a value that it cannot work with, or a limit; nothing may be sent."""

    code = "content.render_failed"
    status = 422
    message = Text(
        en="The message cannot be made from its template: {detail}", he="לא ניתן להפיק את ההודעה מהתבנית: {detail}"
    )


class MissingValue(RenderFailed):
    """A value is absent and the template asked to stop in that case; `fields["name"]` says which."""

    code = "content.missing_value"
    message = Text(
        en="The value “{name}” is missing, and the template stops without it.",
        he="הערך ”{name}“ חסר, והתבנית עוצרת בלעדיו.",
    )


class ImageNotFound(NotFound):
    """No such image in this workspace."""

    code = "content.image_not_found"
    message = Text(en="There is no image {key} here.", he="לא נמצאה כאן תמונה {key}.")


class ImageInvalid(Invalid):
    """The file is no image that mail programs show."""

    code = "content.image_invalid"
    message = Text(
        en="This is not an image that every mail program shows. Choose a PNG, JPEG, GIF or WebP.",
        he="הקובץ אינו תמונה שכל תוכנות הדואר מציגות. אפשר לבחור PNG,‏ JPEG,‏ GIF או WebP.",
    )


class ImageTooLarge(TooLarge):
    """Too many bytes or pixels."""

    code = "content.image_too_large"
    message = Text(en="The image is too large: at most {limit}.", he="התמונה גדולה מדי: לכל היותר {limit}.")


class ImagesFull(Conflict):
    """The workspace keeps as many images as it may."""

    code = "content.images_full"
    message = Text(
        en="This workspace already keeps {limit} of images, which is the most.",
        he="סביבת העבודה כבר שומרת {limit} של תמונות, וזה המרב.",
    )
