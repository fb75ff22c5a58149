from django.apps import AppConfig


class JourneysConfig(AppConfig):
    name = "kesher.journeys"
    label = "journeys"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Teach rules to ask about journeys, and say what journeys use."""
        from kesher.journeys.leaf import JourneyLeaf
        from kesher.journeys.queries import list_keys, list_using
        from kesher.segments.registry import register_leaf, register_reference, register_users

        register_leaf(JourneyLeaf)
        register_reference("journey", list_keys)
        register_users(list_using)
