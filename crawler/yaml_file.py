"""A YAML file as a tree, which knows its lines, and as plain values."""

from collections.abc import Sequence
from pathlib import Path

import yaml

from crawler.errors import ConfigError

# What PyYAML raises for text that is not YAML, or YAML that makes no value, such as `!!int x` or a 31 June.
_NOT_YAML = (yaml.YAMLError, ValueError, LookupError, AttributeError, TypeError, RecursionError)


def read(file: Path) -> tuple[yaml.Node | None, object]:
    """The tree, None where the file holds nothing, and the values.

    Raises:
        ConfigError: the file cannot be read, is not YAML, or has a key twice.
    """
    try:
        loader = yaml.SafeLoader(file.read_bytes())
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {(error.strerror or str(error)).lower()}") from error
    except _NOT_YAML as error:
        raise ConfigError(f"{file}: not YAML: {_yaml_words(error)}") from error
    try:
        node = loader.get_single_node()
        if node is not None and (twice := _repeated(node)) is not None:
            raise ConfigError(f"{file}:{first_line(twice)}: {twice.value!r} stands here a second time; remove one")
        return node, loader.construct_document(node) if node is not None else None
    except _NOT_YAML as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{file}:{mark.line + 1}" if mark else str(file)
        raise ConfigError(f"{where}: not YAML: {_yaml_words(error)}") from error
    finally:
        loader.dispose()


def _yaml_words(error: Exception) -> str:
    words = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error) or type(error).__name__
    return " ".join(str(words).split())


def _repeated(node: yaml.Node) -> yaml.Node | None:
    """The first key that stands twice in one mapping; PyYAML would take the last one in silence."""
    if not isinstance(node, yaml.MappingNode):
        return None
    seen = set()
    for key, value in node.value:
        if isinstance(key, yaml.ScalarNode):
            if key.value in seen:
                return key
            seen.add(key.value)
        if (twice := _repeated(value)) is not None:
            return twice
    return None


def first_line(node: yaml.Node) -> int:
    """The line that a node begins on, 1-based."""
    return int(node.start_mark.line) + 1


def line_of(place: Sequence[int | str], node: yaml.Node) -> int:
    """The line of the innermost part of a place that the tree has."""
    line = first_line(node)
    for part in place:
        if isinstance(node, yaml.MappingNode):
            pair = next((pair for pair in node.value if pair[0].value == str(part)), None)
            if pair is None:
                break
            line, node = first_line(pair[0]), pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = first_line(node)
    return line
