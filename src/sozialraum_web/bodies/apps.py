"""Django's entry for this app."""

from django.apps import AppConfig


class BodiesConfig(AppConfig):
    """Gremien."""

    name = "sozialraum_web.bodies"
    label = "bodies"
    verbose_name = "Gremien und Aufgaben"

    def ready(self) -> None:
        """Let planning's pages for writing, history, undo and personal data know the kinds of this room."""
        from sozialraum_web.bodies import kinds, retention

        kinds.register()
        retention.register()
