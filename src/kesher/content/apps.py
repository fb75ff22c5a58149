from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "kesher.content"
    label = "content"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let rules name templates."""
        from kesher.content.queries import list_template_keys
        from kesher.segments.registry import register_reference

        register_reference("template", list_template_keys)
