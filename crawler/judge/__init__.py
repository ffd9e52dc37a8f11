"""Is this page the article at all? Walls, soft 404s, pages that a redirect put in its place. Pure."""

from crawler.judge.hear import ROT, Hearing, as_rot, hear
from crawler.judge.names import is_wall_name
from crawler.judge.verdict import Evidence, assess, examine, weigh

__all__ = ["ROT", "Evidence", "Hearing", "as_rot", "assess", "examine", "hear", "is_wall_name", "weigh"]
