from django.apps import AppConfig


class ModelCallsConfig(AppConfig):
    """Calls of language models: the deployment's endpoints, what they obey, and every answer ever stored."""

    name = "model_calls"
    verbose_name = "Model calls"
