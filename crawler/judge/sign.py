"""One reason for doubt."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sign:
    """One reason for doubt.

    Attributes:
        nature: which signs are independent of each other: those that differ in it.
        kind: what the page would be.
        reason: a phrase.
    """

    nature: str
    kind: str
    reason: str
