"""metafresh: keeps article records true.

The public functions, values and errors are those of `crawler.api`. One of them shares its name with the room that it is
built from: `crawler.extract` is the function, while `from crawler.extract import claims` still finds the room.
"""

from crawler.api import *  # noqa: F403 (its __all__ is the public interface)
from crawler.api import __all__ as __all__
