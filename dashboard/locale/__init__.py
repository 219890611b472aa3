"""Translations: the Chinese source text is the key; `<language>/LC_MESSAGES/liandong.po` holds the rest."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeAlias

from babel.messages.pofile import read_po

Translator: TypeAlias = Callable[[str], str]

_FOLDER = Path(__file__).parent
LANGUAGES = {"zh": "中文", "en": "English"}  # URL value -> how its speakers call it


@cache
def messages(language: str) -> dict[str, str]:
    """Chinese text -> text in `language`; empty for the source language and for unknown ones."""
    if language not in LANGUAGES:
        return {}
    path = _FOLDER / language / "LC_MESSAGES" / "liandong.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {str(message.id): str(message.string) for message in catalogue if message.id and message.string}


@cache
def translator(language: str) -> Translator:
    """A function that turns a Chinese text into `language`; a text without translation stays Chinese."""
    known = messages(language)

    def translate(text: str) -> str:
        return known.get(text, text)

    return translate
