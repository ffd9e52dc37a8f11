"""Phrases, and finding them in a text; written as `plain` writes them: small letters, no apostrophes, no articles."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_APOSTROPHES = re.compile(r"['’‘`´\u00ad\u200b]")
_ARTICLES = frozenset({"a", "an", "the"})
_WORD = re.compile(r"[^\W_]+")


def plain(text: str) -> str:
    """Words in small letters without articles, one blank between them: "The page can’t" is "page cant"."""
    return " ".join(word for word in words(text) if word not in _ARTICLES)


def words(text: str) -> list[str]:
    """Words in small letters, without their apostrophes."""
    return _WORD.findall(_APOSTROPHES.sub("", text.casefold()))


def lines(text: str) -> tuple[str, ...]:
    """The phrases of a list, each on a line or between bars."""
    return tuple(plain(line) for part in text.strip().splitlines() for line in part.split("|") if line.strip())


@dataclass(frozen=True, slots=True)
class Table:
    """Phrases by their first words, each with its kind; those of scripts without blanks apart."""

    by_first: Mapping[str, tuple[tuple[str, str], ...]]
    glued: tuple[tuple[str, str], ...]

    def find(self, text: str) -> Iterator[tuple[str, str]]:
        """The phrases in a text that is `plain`, each with its kind."""
        at, padded = 0, text + " "
        for word in text.split():
            for kind, phrase in self.by_first.get(word, ()):
                if padded.startswith(phrase, at) and padded[at + len(phrase)] == " ":
                    yield kind, phrase
            at += len(word) + 1
        if not text.isascii():
            yield from ((kind, phrase) for kind, phrase in self.glued if phrase in text)


def table(phrases: Mapping[str, tuple[str, ...]]) -> Table:
    """A table of phrases by kind."""
    by_first: dict[str, list[tuple[str, str]]] = {}
    glued = []
    for kind, told in phrases.items():
        for phrase in told:
            if is_glued(phrase):
                glued.append((kind, phrase))
            else:
                by_first.setdefault(phrase.partition(" ")[0], []).append((kind, phrase))
    return Table({word: tuple(rows) for word, rows in by_first.items()}, tuple(glued))


def is_glued(text: str) -> bool:
    """Whether a text is of a script that does not part its words by blanks alone: Thai, Chinese, Japanese, Korean."""
    return max(text, default="") >= "\u0900"
