"""Disclosure control (Geheimhaltung): the gate between inside and outside. What can a reader compute?"""

from sozialraum.disclosure.gate import Protected, protect

__all__ = ["Protected", "protect"]
