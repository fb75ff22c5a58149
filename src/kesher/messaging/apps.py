from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "kesher.messaging"
    label = "messaging"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the kinds of providers known that come with Kesher, and broadcasts to rules."""
        from kesher.messaging.providers.capture import CaptureProvider
        from kesher.messaging.providers.smtp.kind import SmtpProvider
        from kesher.messaging.queries import list_broadcast_keys, list_broadcasts_using
        from kesher.messaging.registry import register_provider
        from kesher.segments.registry import register_reference, register_users

        register_provider(SmtpProvider())
        register_provider(CaptureProvider())
        register_reference("broadcast", list_broadcast_keys)
        register_users(list_broadcasts_using)
