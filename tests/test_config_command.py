"""`metafresh config`: the settings in force, what is wrong or doubtful about them, and their schema."""

import json
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from crawler.cli import main
from crawler.config import bundled, load
from crawler.errors import ConfigError
from crawler.settings import json_schema, redacted
from crawler.spelling import duration, parse_duration

FINE = 'fetch: {user_agent: "bot (+https://example.com)"}\n'


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """A current folder with a folder of records, and a terminal of 80 columns."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    Path("records").mkdir()


@pytest.fixture
def metafresh(capsys):
    """The command, run in this process."""

    def run(*words):
        with pytest.raises(SystemExit) as caught:
            main(["config", *words])
        said = capsys.readouterr()
        return int(caught.value.code or 0), said.out, said.err

    return run


def write(text, file="metafresh.yaml"):
    Path(file).write_text(text, encoding="utf-8")


def rows(out):
    return [json.loads(line) for line in out.splitlines()]


# ---- show


def test_each_setting_is_shown_with_its_value_and_where_it_came_from(metafresh):
    write("mode: fill\nrevisit:\n  every: 36h\nbrake: off\n")

    code, out, err = metafresh("show", "--state", "memory")

    assert (0, "") == (code, err)
    told = {line.split()[0]: line.split()[1:] for line in out.splitlines() if not line.startswith(" ")}
    assert ["metafresh.yaml:1", "fill"] == told["mode"]
    assert ["metafresh.yaml:3", "1d12h"] == told["revisit.every"]
    assert ["metafresh.yaml:4", "off"] == told["brake"]
    assert ["--state", "memory"] == told["state"]
    assert ["default", "1s"] == told["fetch.delay"]


def test_all_settings_of_the_documented_file_are_shown_in_its_order(metafresh):
    _, out, _ = metafresh("show", "--json")

    documented = yaml.safe_load((bundled("config") / "metafresh.yaml").read_text(encoding="utf-8"))
    shown = {row["key"]: row["value"] for row in rows(out)}
    assert list(documented) == list(dict.fromkeys(key.partition(".")[0] for key in shown))
    assert {"records": ["records"], "brake": 30, "fetch.ca_file": None}.items() <= shown.items()


def test_what_is_shown_is_aligned_and_fits_80_columns(metafresh):
    write(f"records: [{', '.join(f'records/of-the-year-{year}' for year in range(2000, 2020))}]\n")

    lines = metafresh("show")[1].splitlines()

    assert [] == [line for line in lines if len(line) > 80]
    assert 1 == len({len(line) - len(line.lstrip()) for line in lines if line.startswith(" ")})


def test_control_characters_in_a_value_are_shown_and_not_sent_to_the_terminal(metafresh):
    write('records: ["a\\x1b[31m"]\n')

    assert "\x1b" not in metafresh("show")[1]


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        ("state", "postgresql://ann:pass@db/x?sslmode=require", "postgresql://...@db/x?sslmode=require"),
        ("state", "postgresql://db/x?user=a&password=p&x=1", "postgresql://db/x?user=a&password=...&x=1"),
        ("proxy", "http://ada:hidden@proxy.example:3128", "http://...@proxy.example:3128"),
        ("health_url", "https://hc.example/7f3c-secret", "https://..."),
        ("notify", ["slack://T0/B0/secret", "secret"], ["slack://...", "..."]),
        ("notify.urls", ["mailto://ann:pass@example.com"], ["mailto://..."]),
        ("fetch.user_agent", "bot (+https://example.com/bot)", "bot (+https://example.com/bot)"),
        ("hooks", {"after_run": "curl https://ann:pass@example.com/"}, {"after_run": "curl https://...@example.com/"}),
        ("brake", 30, 30),
    ],
)
def test_what_is_secret_is_not_shown(key, value, shown):
    assert shown == redacted(key, value)


@given(st.integers(0, 3650 * 86_400 * 10).map(lambda tenths: timedelta(seconds=tenths / 10)))
def test_a_duration_that_is_shown_can_be_set(value):
    if value <= timedelta(days=3650):
        assert value == parse_duration(duration(value))


# ---- check


def test_settings_without_a_doubt_are_well(metafresh):
    write(FINE)

    assert (0, "metafresh.yaml: all is well\n", "") == metafresh("check")


def test_everything_that_is_wrong_is_told_by_file_line_and_key(metafresh):
    write("mode: new\nfetch:\n  delya: 1s\n")

    code, out, err = metafresh("check")

    assert (2, "") == (code, out)
    assert [
        "metafresh: metafresh.yaml:1: mode: it should be 'refresh' or 'fill', not 'new'",
        "metafresh: metafresh.yaml:3: fetch.delya: unknown key; did you mean 'delay'?",
    ] == err.splitlines()


@pytest.mark.parametrize(
    "text", ["schema: novel\n", "fetch: {connect_to: [nowhere]}\n", "a: [b\n", "schema: ./gone.yaml\n"]
)
def test_what_would_stop_a_crawl_is_an_error(metafresh, text):
    write(text)

    code, out, err = metafresh("check")

    assert (2, "", 1) == (code, out, err.count("\n"))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (FINE + "records: [nowhere]", "records"),
        ("fetch: {user_agent: bot}", "fetch.user_agent"),
        ("{}", "fetch.user_agent"),
        (FINE + "state: metafresh.yaml", "state"),
        (FINE.replace("}", ", delay: 0.1}"), "fetch.delay"),
        (FINE.replace("}", ", per_host: 2}"), "fetch.per_host"),
        (FINE.replace("}", ", ignore_robots: true}"), "fetch.ignore_robots"),
        (FINE.replace("}", ", allow_addresses: [0.0.0.0/0]}"), "fetch.allow_addresses"),
        (FINE.replace("}", ", allow_addresses: [8.8.8.8]}"), "fetch.allow_addresses"),
        (FINE.replace("}", ', connect_to: ["*:443:127.0.0.1:1"]}'), "fetch.connect_to"),
        (FINE.replace("}", ', proxy: "http://p:1", connect_to: ["*:443:127.0.0.1:1"]}'), "fetch.connect_to"),
        (FINE.replace("}", ", ca_file: gone.pem}"), "fetch.ca_file"),
    ],
)
def test_what_is_legal_but_doubtful_is_told(metafresh, text, key):
    write(text)

    code, out, err = metafresh("check", "--json")

    assert (0, "") == (code, err)
    assert [key] == [row["key"] for row in rows(out)]


def test_a_doubt_is_told_with_its_line(metafresh):
    write(FINE + "records: [nowhere]\n")

    _, out, _ = metafresh("check")

    assert ["metafresh.yaml:2: records: nowhere is not there", "metafresh.yaml: 1 doubt, no error"] == out.splitlines()


# ---- schema


def accepted(text):
    """Whether an editor that knows the schema has nothing to say."""
    return jsonschema.Draft202012Validator(json_schema()).is_valid(yaml.safe_load(text))


def loadable(text):
    write(text, "tried.yaml")
    try:
        load(Path("tried.yaml"), {})
    except ConfigError:
        return False
    return True


def test_the_printed_schema_is_one(metafresh):
    code, out, _ = metafresh("schema")

    assert 0 == code
    jsonschema.Draft202012Validator.check_schema(json.loads(out))


def test_the_documented_file_is_accepted():
    assert accepted((bundled("config") / "metafresh.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "text",
    [
        "{}", "mode: fill", "brake: off", "brake: 30", 'brake: "30%"', "brake: null", "revisit: {every: 1h30m}",
        "revisit: {every: 90}", "fetch: {ca_file: ca.pem}", "fetch: {ca_file: null}", "failures: {threshold: 12.5}",
        'pin: {"news/*.md": [title]}', "records: [a, b]", "fetch: {allow_addresses: [10.0.0.0/8]}",
        "recrods: [a]", "fetch: {delya: 1s}", "mode: new", "brake: 101", "revisit: {every: soon}", "records: news",
        "images: 1", "fetch: {per_host: 0}", "fields: [titel]", 'pin: {"*": [titel]}', "fetch: 3", "brake: true",
        "revisit: {every: -1}", 'fetch: {user_agent: "a\\nb"}',
    ],
)  # fmt: skip
def test_an_editor_and_a_crawl_agree(text):
    assert loadable(text) == accepted(text)


def test_an_editor_shows_what_each_setting_is_for_and_its_default():
    schema = json_schema()
    delay = schema["$defs"]["Fetch"]["properties"]["delay"]

    assert delay["description"].startswith("From the start of one request to the start of the next on one host.")
    assert "1s" == delay["default"]
    shapes = [schema, *schema["$defs"].values()]
    properties = [each for shape in shapes for each in shape["properties"].values()]
    assert [] == [each for each in properties if "description" not in each and "$ref" not in each]
