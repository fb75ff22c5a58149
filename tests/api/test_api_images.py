"""The pictures of messages: sent over HTTP, listed for their own workspace, served to whoever has the address."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import psycopg
import pytest
from callers import Caller
from django.conf import settings
from django.test import Client
from PIL import Image

from kesher.content import services
from kesher.content.types import MOST_IMAGE_BYTES

TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), color: str = "red") -> bytes:
    buffer = BytesIO()
    Image.new("RGB", size, color).save(buffer, kind)
    return buffer.getvalue()


def sent(api: Caller, content: bytes, name: str = "spring.png") -> Any:
    answer = api.send_file("/images", content, name)
    assert answer.status_code == 201, answer.content.decode()
    return answer.json()


def fetch(url: str, **headers: str) -> Any:
    return Client().get(url.removeprefix(settings.BASE_URL), headers=headers)


@pytest.mark.parametrize("kind", TYPES)
def test_a_picture_is_what_its_content_says_and_is_served_as_that(api: Caller, kind: str) -> None:
    content = picture(kind)

    image = sent(api, content, "report.exe")
    served = fetch(image["url"])

    assert (image["media_type"], image["width"], image["height"]) == (TYPES[kind], 40, 30)
    assert (served.status_code, served["Content-Type"], served.content) == (200, TYPES[kind], content)
    assert served["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in served["Cache-Control"] and "public" in served["Cache-Control"]
    assert "sandbox" in served["Content-Security-Policy"]
    assert not served.cookies
    assert fetch(image["url"], **{"If-None-Match": served["ETag"]}).status_code == 304


def photograph(kind: str, **more: Any) -> bytes:
    """Left red, right blue, taken in Haifa by a camera held on its side."""
    image = Image.new("RGB", (40, 30), "red")
    image.paste("blue", (20, 0, 40, 30))
    notes = Image.Exif()
    notes[0x0110], notes[0x0112] = "Camera of Dana", 6
    notes.get_ifd(0x8825).update({1: "N", 2: (32.0, 47.0, 38.0), 3: "E", 4: (34.0, 59.0, 13.0)})
    buffer = BytesIO()
    image.save(buffer, kind, exif=notes, **more)
    return buffer.getvalue()


def taken(**more: Any) -> dict[str, Any]:
    second = Image.new("RGB", (40, 30), "green")
    return {"save_all": True, "append_images": [second], **more}


@pytest.mark.parametrize(
    ("kind", "more"),
    [("JPEG", {}), ("JPEG", {"comment": b"at home"}), ("PNG", {}), ("WEBP", {}), ("MPO", taken())],
    ids=["JPEG", "a comment", "PNG", "WEBP", "MPO"],
)
def test_what_a_camera_noted_is_not_shown_to_strangers(api: Caller, kind: str, more: dict[str, Any]) -> None:
    content = photograph(kind, **more)
    assert b"Camera of Dana" in content

    image = sent(api, content)
    served = fetch(image["url"]).content

    assert b"Camera of Dana" not in served and b"at home" not in served
    with Image.open(BytesIO(served)) as shown:
        assert not shown.getexif()
        # Upright: what was left is above now.
        assert shown.size == (image["width"], image["height"]) == (30, 40)
        red, _, blue = shown.convert("RGB").getpixel((15, 5))
        assert red > 200 and blue < 60


def test_a_moving_picture_goes_on_moving_without_its_notes(api: Caller) -> None:
    content = photograph("WEBP", **taken(duration=100))

    served = fetch(sent(api, content)["url"]).content

    with Image.open(BytesIO(served)) as shown:
        assert shown.n_frames == 2 and not shown.getexif()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<html><script>alert(1)</script></html>",
        picture("BMP"),
        picture("PNG")[:40],
        b"GIF89a",
    ],
    ids=["empty", "SVG", "HTML", "BMP", "cut off", "a head alone"],
)
def test_what_is_no_picture_for_mail_is_refused(api: Caller, content: bytes) -> None:
    answer = api.send_file("/images", content, "picture.png")

    assert (answer.status_code, answer.json()["code"]) in {(422, "content.image_invalid"), (422, "api.request_invalid")}
    assert api("GET", "/images").json()["items"] == []


@pytest.mark.parametrize(
    "content",
    [b"x" * (MOST_IMAGE_BYTES + 1), b"x" * (MOST_IMAGE_BYTES + 50_000), picture("PNG", (5001, 1))],
    ids=["bytes", "many bytes", "pixels"],
)
def test_too_large_a_picture_is_refused(api: Caller, content: bytes) -> None:
    assert api.send_file("/images", content, "large.png").status_code == 413


def test_the_same_picture_keeps_its_address_and_comes_back_to_the_list(api: Caller) -> None:
    image = sent(api, picture())
    assert api("DELETE", f"/images/{image['id']}").status_code == 204
    assert api("GET", "/images").json()["items"] == []
    assert fetch(image["url"]).status_code == 200

    again = sent(api, picture())

    assert again["url"] == image["url"]
    assert [each["id"] for each in api("GET", "/images").json()["items"]] == [image["id"]]


def test_a_workspace_sees_only_its_own_and_its_address_cannot_be_told_from_another(
    api: Caller, stranger: Caller
) -> None:
    mine, theirs = sent(api, picture()), sent(stranger, picture())

    assert [each["id"] for each in stranger("GET", "/images").json()["items"]] == [theirs["id"]]
    assert mine["url"] != theirs["url"]
    assert stranger("PATCH", f"/images/{mine['id']}", {"alt": {"en": "theirs"}}).status_code == 404
    assert stranger("DELETE", f"/images/{mine['id']}").status_code == 404
    assert fetch(f"{settings.BASE_URL}/i/guessed.png").status_code == 404


def test_a_picture_is_described_and_the_list_comes_in_pages(api: Caller) -> None:
    images = [sent(api, picture(color=color)) for color in ("red", "green", "blue")]

    told = api("PATCH", f"/images/{images[0]['id']}", {"alt": {"he": "פרח {אדום}"}}).json()
    first = api("GET", "/images?limit=2").json()
    rest = api("GET", f"/images?limit=2&cursor={first['next']}").json()

    assert told["alt"] == {"en": "פרח {אדום}", "he": "פרח {אדום}"}
    assert [each["id"] for each in first["items"] + rest["items"]] == [image["id"] for image in reversed(images)]


def test_a_workspace_keeps_a_bounded_amount(
    conn: psycopg.Connection, api: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "_MOST_BYTES", len(picture()) + 10)
    sent(api, picture())

    answer = api.send_file("/images", picture(color="blue"), "b.png")

    assert (answer.status_code, answer.json()["code"]) == (409, "content.images_full")
