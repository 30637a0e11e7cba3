"""Words for people: German in the source, said in another language where a site sets a translator (Sprache)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache, wraps
from typing import Any, TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., Any])
Key = TypeVar("Key")


def _unchanged(text: str) -> str:
    return text


_translate: Callable[[str], str] = _unchanged
_german_only: ContextVar[bool] = ContextVar("german_only", default=False)
_settled: ContextVar[str] = ContextVar("settled", default="")
_language: Callable[[], str] = lambda: "de"  # noqa: E731 - replaced as a whole by `speak`


def speak(translate: Callable[[str], str], language: Callable[[], str]) -> None:
    """Set what translates a German text now, and what names the language of now; a site calls it once at its start."""
    global _translate, _language
    _translate, _language = translate, language


def say(text: str, **values: object) -> str:
    """A German text in the language of now, its {places} filled; the German text where there is no translation."""
    found = text if not text or _german_only.get() else _translate(text)
    return found.format(**values) if values else found


def mark(text: str) -> str:
    """A German text kept in a constant: found for translation here, translated by `say` where it is shown."""
    return text


class Words(dict[Key, str]):
    """German words by key, each said in the language of now when it is read."""

    def __getitem__(self, key: Key) -> str:
        return say(super().__getitem__(key))

    def get(self, key: Key, default: Any = None) -> Any:
        """The word of a key, said; the default as it is."""
        return self[key] if key in self else default  # noqa: SIM401 - dict.get here would call itself

    def values(self) -> Any:
        """All words, said."""
        return [say(word) for word in super().values()]

    def items(self) -> Any:
        """Keys with their words, said."""
        return [(key, say(word)) for key, word in super().items()]


def language() -> str:
    """The language of now, `de` unless a site says otherwise."""
    return "de" if _german_only.get() else _settled.get() or _language()


@contextmanager
def settled() -> Iterator[None]:
    """For work in one language, as a page is: `language` asks the site once, not for each of thousands of figures."""
    before = _settled.set(_language())
    try:
        yield
    finally:
        _settled.reset(before)


def in_german(function: Function) -> Function:
    """For sentences made by German rules: all that such a function says, figures too, stays German."""

    @wraps(function)
    def told(*arguments: Any, **named: Any) -> Any:
        before = _german_only.set(True)
        try:
            return function(*arguments, **named)
        finally:
            _german_only.reset(before)

    return cast(Function, told)


def remembered(size: int) -> Callable[[Function], Function]:
    """`lru_cache` for functions that say something: kept apart for each language."""

    def decorate(function: Function) -> Function:
        @lru_cache(maxsize=size)
        def kept(_: str, *arguments: Any, **named: Any) -> Any:
            return function(*arguments, **named)

        @wraps(function)
        def told(*arguments: Any, **named: Any) -> Any:
            return kept(language(), *arguments, **named)

        return cast(Function, told)

    return decorate
