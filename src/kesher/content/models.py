"""Tables of the room."""

from django.db import models


class BrandKit(models.Model):
    """The workspace's face: `values` are what templates see as `brand` (name, colours, logo, sender, address, …)."""

    workspace_id = models.IntegerField(primary_key=True)
    values = models.JSONField(default=dict)
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "content_brand_kit"


class Template(models.Model):
    """A message's content under a lasting key; what is sent is its current version."""

    workspace_id = models.IntegerField()
    key = models.TextField()
    name = models.JSONField()
    channel = models.TextField(default="email")
    current_version_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "content_template"
        constraints = [models.UniqueConstraint(fields=["workspace_id", "key"], name="content_template_key_uq")]


class TemplateVersion(models.Model):
    """One published state of a template; it never changes. `missing` is `default` or `stop`."""

    workspace_id = models.IntegerField()
    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="versions")
    number = models.IntegerField()
    fallback_language = models.CharField(max_length=8)
    missing = models.CharField(max_length=10, default="default")
    created_at = models.DateTimeField()

    class Meta:
        db_table = "content_template_version"
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="content_template_version_number_uq")
        ]


class Variant(models.Model):
    """A version in one language: the source as written, and the compiled HTML that is rendered per person."""

    version = models.ForeignKey(TemplateVersion, on_delete=models.CASCADE, related_name="variants")
    language = models.CharField(max_length=8)
    subject = models.TextField()
    preheader = models.TextField(default="")
    body_format = models.CharField(max_length=10)
    body = models.TextField()
    text = models.TextField(default="")
    compiled_html = models.TextField()
    compiled_text = models.TextField()
    links = models.JSONField(default=list)

    class Meta:
        db_table = "content_variant"
        constraints = [models.UniqueConstraint(fields=["version", "language"], name="content_variant_language_uq")]


class Image(models.Model):
    """A picture for messages, under an address that nobody can guess; `token` is that address, `digest` tells a second
    upload of the same. An archived one has left the list and goes on being served to those who have the message."""

    workspace_id = models.IntegerField()
    token = models.TextField(unique=True)
    name = models.TextField()
    alt = models.JSONField(default=dict)
    media_type = models.TextField()
    width = models.IntegerField()
    height = models.IntegerField()
    size_bytes = models.IntegerField()
    digest = models.TextField()
    content = models.BinaryField()
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "content_image"
        constraints = [models.UniqueConstraint(fields=["workspace_id", "digest"], name="content_image_digest_uq")]
