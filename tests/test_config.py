"""Settings: what stands in the file, what flags say, and what is wrong, in one line."""

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from crawler.config import Config, bundled, load, load_schema
from crawler.errors import ConfigError
from crawler.model import Schema
from crawler.place import Server
from crawler.spelling import parse_brake, parse_duration

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def settings(text: str, file: str = "metafresh.yaml") -> Path:
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    Path(file).write_text(text, encoding="utf-8")
    return Path(file)


def complaint(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load(settings(text), {})
    return str(caught.value)


# ---- the file that documents the settings


def flat(value: object, key: str = "") -> dict[str, object]:
    if not isinstance(value, dict):
        return {key: value}
    return {name: leaf for inner in value for name, leaf in flat(value[inner], f"{key}.{inner}".lstrip(".")).items()}


def test_the_documented_file_has_every_key_with_its_default():
    documented = yaml.safe_load((ROOT / "config" / "metafresh.yaml").read_text(encoding="utf-8"))

    assert sorted(flat(Config().model_dump(by_alias=True))) == sorted(flat(documented))
    assert Config() == Config.model_validate(documented)


def test_every_key_of_the_documented_file_has_a_line_of_why_above_it():
    lines = (ROOT / "config" / "metafresh.yaml").read_text(encoding="utf-8").splitlines()
    keys = [(above, line) for above, line in pairwise(lines) if ":" in line.split("#")[0]]

    assert [] == [line for above, line in keys if "#" not in above and not line.endswith(":")]


# ---- where settings come from


def test_without_a_file_the_defaults_hold():
    assert Config() == load(None, {})


def test_a_file_in_the_current_folder_is_found():
    settings("mode: fill")

    assert "fill" == load(None, {}).mode


def test_a_file_in_config_is_found_when_there_is_none_beside():
    settings("mode: fill", "config/metafresh.yaml")

    assert "fill" == load(None, {}).mode


def test_the_file_in_the_current_folder_comes_before_the_one_in_config():
    settings("amp: never")
    settings("amp: fallback", "config/metafresh.yaml")

    assert "never" == load(None, {}).amp


@pytest.mark.parametrize("text", ["", "# nothing but a comment\n", "---\n"])
def test_an_empty_file_says_nothing(text):
    assert Config() == load(settings(text), {})


def test_a_flag_wins_over_its_line_and_leaves_the_others():
    settings("mode: fill\nfetch: {delay: 5s, retries: 7}")

    config = load(None, {"mode": "refresh", "fetch": {"delay": timedelta(0)}})

    assert ("refresh", timedelta(0), 7) == (config.mode, config.fetch.delay, config.fetch.retries)


def test_the_brake_can_be_taken_off_by_a_flag():
    settings("brake: 30")

    assert (30.0, None) == (load(None, {}).brake, load(None, {"brake": "off"}).brake)


# ---- paths


def test_paths_stay_short_when_the_project_is_the_current_folder():
    config = load(settings("records: [news, more]\nstate: memory"), {})

    assert ((Path("news"), Path("more")), Path("memory")) == (config.records, config.state)


def test_paths_stay_short_when_the_file_lies_in_config():
    config = load(settings("records: [news]", "config/metafresh.yaml"), {})

    assert (Path("news"),) == config.records


def test_paths_start_from_the_folder_of_a_file_that_lies_elsewhere(here):
    config = load(settings("fetch: {ca_file: ca.pem}", "site/metafresh.yaml"), {})

    site = here / "site"
    assert (((site / "records"),), site / "state", site / "ca.pem") == (
        config.records,
        config.state,
        config.fetch.ca_file,
    )


def test_paths_start_above_a_folder_called_config_elsewhere(here):
    config = load(settings("", "site/config/metafresh.yaml"), {})
    placed = load(settings("mode: fill", "site/config/metafresh.yaml"), {})

    assert ((here / "site" / "state"), (here / "site" / "state")) == (config.state, placed.state)


def test_a_flags_path_starts_from_the_current_folder():
    file = settings("state: there", "site/metafresh.yaml")

    assert Path("here") == load(file, {"state": Path("here")}).state


# ---- a server


def test_state_may_lie_on_a_server_with_a_folder_of_the_project_beside_it(here):
    near = load(settings("state: postgresql://me:hidden@db.example/site"), {})
    far = load(settings("state: postgresql://me:hidden@db.example/site", "site/metafresh.yaml"), {})

    url = "postgresql://me:hidden@db.example/site"
    assert (Server(url, Path("state")), Server(url, here / "site" / "state")) == (near.state, far.state)


def test_settings_that_are_shown_show_no_password():
    config = load(settings("state: postgresql://me:hidden@db.example/site"), {})

    assert "postgresql://me@db.example/site" == config.model_dump(mode="json")["state"]
    assert "hidden" not in f"{config!r} {config}"


@pytest.mark.parametrize("value", ["[postgresql://me:hidden@db/site]", "mysql://me:hidden@db/site", "''", "7"])
def test_a_place_that_is_none_is_refused_without_being_repeated(value):
    with pytest.raises(ConfigError, match=r"metafresh.yaml:1: state: ") as raised:
        load(settings(f"state: {value}"), {})

    assert "hidden" not in str(raised.value)


# ---- what is wrong


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("recrods: [a]", "metafresh.yaml:1: recrods: unknown key; did you mean 'records'?"),
        ("mode: fill\nfetch:\n  delya: 1s", "metafresh.yaml:3: fetch.delya: unknown key; did you mean 'delay'?"),
        ("failures:\n  x: 1", "metafresh.yaml:2: failures.x: unknown key; there are threshold"),
        ("fetch: {concurrency: yes}", "metafresh.yaml:1: fetch.concurrency: expected a whole number, not True"),
        ("images: 1", "metafresh.yaml:1: images: expected true or false, not 1"),
        ("records: news", "metafresh.yaml:1: records: expected a list such as [a, b], not 'news'"),
        ("records: []", "metafresh.yaml:1: records: name at least one"),
        ("fetch: 3", "metafresh.yaml:1: fetch: expected keys of its own below it, not 3"),
        ("mode: new", "metafresh.yaml:1: mode: it should be 'refresh' or 'fill', not 'new'"),
        ("- a\n- b", "metafresh.yaml:1: expected lines like `key: value`"),
        ("mode: fill\nmode: fill", "metafresh.yaml:2: 'mode' stands here a second time; remove one"),
        ("a: [b", "metafresh.yaml:1: not YAML: expected ',' or ']', but got '<stream end>'"),
        (
            "fields: [title,\n  titel]",
            (
                "metafresh.yaml:2: fields.1: there is no field 'titel'; did you mean 'title'?; "
                "there are title, excerpt, images, published, amp"
            ),
        ),
        (
            "fetch: {proxy: 'https://ada:hidden@proxy.example'}",
            "metafresh.yaml:1: fetch.proxy: expected a proxy such as http://proxy.example:3128",
        ),
        (
            "fetch:\n  allow_addresses: [300.0.0.1]",
            "metafresh.yaml:2: fetch.allow_addresses.0: '300.0.0.1' is no network; write it as 10.0.0.0/8 or ::1/128",
        ),
        (
            "fetch: {per_host: 0}",
            "metafresh.yaml:1: fetch.per_host: it should be greater than or equal to 1, not 0",
        ),
        (
            'fetch: {user_agent: "a\\r\\nX-Evil: 1"}',
            "metafresh.yaml:1: fetch.user_agent: expected printable ASCII on one line, not 'a\\r\\nX-Evil: 1'",
        ),
        ("brake: 101", "metafresh.yaml:1: brake: '101' is no brake; write a percentage such as 30, or off"),
        (
            "revisit: {every: soon}",
            "metafresh.yaml:1: revisit.every: 'soon' is no duration; write it as 90s, 10m, 1h30m or 1d",
        ),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_by_file_line_and_key(text, line):
    assert line == complaint(text)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("hooks: {on_change: [git, commit]}", "hooks.on_change: expected a command for the shell, such as git"),
        ("hooks: {after_run: ' '}", "hooks.after_run: expected a command for the shell, such as git"),
        ("hooks: {onchange: x}", "hooks.onchange: unknown key; did you mean 'on_change'?"),
        (
            "health_url: 'ftp://secret.example/'",
            "health_url: expected an address such as https://hc-ping.com/your-uuid",
        ),
        ("health_url: 'https://a.example/sec ret'", "health_url: expected an address such as https://hc-ping.com/"),
        ("notify: {secret: x}", "notify: expected a list of apprise's URLs such as"),
        ("notify: [secret]", "notify: expected a list of apprise's URLs such as"),
        ("notify: ['mailto://a:secret@b.example', 3]", "notify: expected a list of apprise's URLs such as"),
    ],
)
def test_what_cannot_be_used_for_who_watches_is_named_without_its_secrets(text, line):
    words = complaint(text)

    assert words.startswith(f"metafresh.yaml:1: {line}")
    assert "secret" not in words


def test_who_gets_digests_is_not_shown():
    config = load(settings("notify: mailto://user:secret@a.example"), {"mode": "fill"})

    assert ["mailto://user:secret@a.example"] == [each.get_secret_value() for each in config.notify]
    assert "secret" not in repr(config)


def test_the_file_of_figures_starts_from_the_project(here):
    file = settings("metrics_file: figures/m.prom", "site/metafresh.yaml")

    assert here / "site" / "figures" / "m.prom" == load(file, {}).metrics_file


@pytest.mark.parametrize(
    "text",
    ['a: "\\ud83d"', "a: !!int x", "a: !!float ''", "a: !!bool x", "a: 2021-06-31", "? [a]\n: b", "&a [*a", "[" * 9999],
)
def test_a_file_that_is_not_yaml_is_one_line(text):
    words = complaint(text)

    assert words.startswith("metafresh.yaml")
    assert "\n" not in words


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_no_file_makes_anything_but_a_setting_or_one_line(tmp_path_factory, text):
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_bytes(text.encode())
    try:
        words = repr(load(file, {}))
    except ConfigError as error:
        words = str(error)

    assert words.startswith(("Config(", str(file)))


def test_a_file_that_is_not_there_is_one_line():
    with pytest.raises(ConfigError, match=r"^nope\.yaml: cannot be read: no such file or directory$"):
        load(Path("nope.yaml"), {})


def test_a_file_in_another_encoding_is_one_line():
    Path("metafresh.yaml").write_bytes(b"mode: \xff\xfe")

    with pytest.raises(ConfigError, match=r"^metafresh\.yaml: not YAML: invalid start byte$"):
        load(None, {})


# ---- durations and the brake


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("10m", 600), ("1d", 86_400), ("1h30m", 5400), ("0.5", 0.5), (2, 2), (0, 0), ("1.5h", 5400)],
)
def test_a_duration_is_read(text, seconds):
    assert timedelta(seconds=seconds) == parse_duration(text)


@pytest.mark.parametrize(
    "text", ["", "x", "1w", "-1", "nan", "inf", "1e99", "1d 2h", "9" * 400 + "d", True, None, "1h30", "١s"]
)
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ValueError, match="no duration"):
        parse_duration(text)


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=3650)))
def test_a_duration_in_seconds_is_read_back(duration):
    assert duration == parse_duration(f"{duration.days}d{duration.seconds}s") + timedelta(
        microseconds=duration.microseconds
    )


@pytest.mark.parametrize(("text", "percent"), [("off", None), (False, None), (30, 30.0), ("30%", 30.0), ("0.5", 0.5)])
def test_a_brake_is_read(text, percent):
    assert percent == parse_brake(text)


@pytest.mark.parametrize("text", [0, -1, 101, "x", "", True, "nan"])
def test_what_is_no_brake_is_refused(text):
    with pytest.raises(ValueError, match="no brake"):
        parse_brake(text)


# ---- schemas


def test_the_bundled_schema_is_the_default_one():
    assert Schema() == load_schema(Config())


def test_what_is_bundled_lies_in_the_source_tree():
    assert (bundled("config") / "schemas" / "article.yaml").is_file()


def test_a_project_may_have_a_schema_of_its_own(here):
    settings("title: headline", "site/config/schemas/blog.yaml")

    assert "headline" == load_schema(load(settings("schema: blog", "site/metafresh.yaml"), {})).title


def test_a_schema_may_be_a_file():
    settings("title: headline\nby_hand: {title: [caption, name]}", "site/keys.yaml")

    schema = load_schema(load(settings("schema: keys.yaml", "site/metafresh.yaml"), {}))

    assert ("headline", "excerpt", {"title": ("caption", "name")}) == (schema.title, schema.excerpt, schema.by_hand)


def test_an_unknown_key_of_a_schema_is_named():
    settings("titel: headline", "keys.yaml")

    with pytest.raises(ConfigError, match=r"^keys\.yaml:1: titel: unknown key; did you mean 'title'\?$"):
        load_schema(Config(schema="keys.yaml"))


def test_a_schema_that_is_not_there_is_one_line_with_those_that_are():
    with pytest.raises(ConfigError, match=r"^there is no schema 'artcle'; did you mean 'article'\?; there are article"):
        load_schema(Config(schema="artcle"))
