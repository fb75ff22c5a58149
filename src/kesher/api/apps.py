from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "kesher.api"
    label = "api"

    def ready(self) -> None:
        """Hear of what people change about their sign-in."""
        from kesher.api.signin import hear_changes

        hear_changes()
