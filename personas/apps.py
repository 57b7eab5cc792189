from django.apps import AppConfig


class PersonasConfig(AppConfig):
    name = "personas"

    def ready(self) -> None:
        from files.kinds import register
        from personas.services import PERSONAS

        register(PERSONAS)
