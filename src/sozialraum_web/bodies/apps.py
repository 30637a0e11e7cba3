"""Django's entry for this app."""

from django.apps import AppConfig


class BodiesConfig(AppConfig):
    """Gremien."""

    name = "sozialraum_web.bodies"
    label = "bodies"
    verbose_name = "Gremien und Aufgaben"

    def ready(self) -> None:
        """Let planning's pages for writing, history, undo and personal data know the kinds of this room."""
        from django.db.models.signals import post_save

        from sozialraum_web.bodies import kinds, retention, subscriptions
        from sozialraum_web.records.models import Change

        kinds.register()
        retention.register()
        post_save.connect(subscriptions.on_change, sender=Change, dispatch_uid="subscriptions")
