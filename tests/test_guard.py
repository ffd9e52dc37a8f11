"""What a crawler may dial."""

from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_network

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.errors import UnsafeURL
from crawler.web.guard import Guard, check_url, is_public

PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "100.128.0.1",
    "172.32.0.1",
    "192.0.1.1",
    "223.255.255.255",
    "2606:4700::1111",
    "2a00::1",
]


def refusal_of(url, guard=None, **addresses):
    with pytest.raises(UnsafeURL) as refusal:
        guard.check_url(url) if guard else check_url(url, **addresses)
    assert "\n" not in str(refusal.value)
    return refusal.value


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_may_be_dialled(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254"),
        *("168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.192", "192.0.2.1"),
        *("192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1"),
        *("224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "::127.0.0.1", "::8.8.8.8", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1"),
        *("100::1", "64:ff9b:1::1", "5f00::1", "4000::1", "2001::1", "2001:2::1", "2001:10::1", "2001:20::1"),
        *("2001:db8::1", "2002:7f00:1::", "2002:808:808::", "3fff::1"),
    ],
)
def test_an_inner_address_may_not(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["", "localhost", "1.2.3", "0177.0.0.1", "1.1.1.1 ", "1.1.1.1%eth0", "2a00::1%1", "１.1.1.1"]
)
def test_what_is_no_plain_address_is_not_public(address):
    assert not is_public(address)


@given(st.ip_addresses(v=4), st.sampled_from([0xFFFF << 32, 0x64FF9B << 96]))
@example(IPv4Address("8.8.8.8"), 0xFFFF << 32)
@example(IPv4Address("100.64.0.1"), 0xFFFF << 32)
def test_an_address_that_stands_for_another_is_judged_by_it(inner, prefix):
    assert is_public(str(inner)) == is_public(str(IPv6Address(prefix + int(inner))))


@pytest.mark.parametrize(
    "url",
    [
        "https://news.example/a",
        "HTTPS://NEWS.Example./a",
        "http://news.example:80/",
        "https://news.example:443/",
        "http://news.example:8080/",
        "https://news.example:8443/",
        "http://news.example:/",
        "https://bücher.example/ä?ö=ü#ß",
        "https://my_blog.news.example/@user/a:b?c=[1]",
        "https://news.example/a b\\c",
        " https://news.example/\n",
        "http://127.0.0.1.nip.io/",
        "http://localhost.example/",
        "http://local.example/",
        "http://8.8.8.8/",
        "http://134744072/",
        "http://[2606:4700::1111]:8080/",
        "http://[::ffff:8.8.8.8]/",
    ],
)
def test_a_public_url_may_be_dialled(url):
    check_url(url)


@pytest.mark.parametrize(
    "host",
    [
        *(
            "127.0.0.1",
            "127.0.0.1.",
            "127.1",
            "127.0.1",
            "2130706433",
            "0x7f000001",
            "0X7F.1",
            "0177.0.0.1",
            "017700000001",
        ),
        *("0x7f.0.0.0x1", "0", "0x", "0x.0x", "10.0x1", "0xa9fea9fe", "2852039166", "0251.0376.0251.0376"),
        *("①②⑦.⓪.⓪.①", "１２７.０.０.１", "127。0。0。1", "127．0．0．1", "127｡0｡0｡1", "0ｘ7f.1", "127.0.0.\u00ad1"),
        *("[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]"),
        *("[fd00::1]", "[FE80::1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[::127.0.0.1]"),
        *("169.254.169.254", "100.100.100.200", "168.63.129.16"),
    ],
)
def test_an_inner_address_is_refused_however_it_is_spelt(host):
    assert "address" == refusal_of(f"http://{host}/").kind
    assert "address" == refusal_of(f"https://{host}:8443/latest/meta-data").kind


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "LOCALHOST", "localhost.", "a.localhost", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "localhost.localdomain"),
        *(
            "printer.local",
            "metadata.google.internal",
            "instance-data.ec2.internal",
            "metadata",
            "metadata.goog",
            "instance-data",
            "router.lan",
            "nas.home.arpa",
        ),
    ],
)
def test_a_name_of_ones_own_network_is_refused(host):
    assert "address" == refusal_of(f"http://{host}/").kind


@pytest.mark.parametrize(
    "url",
    [
        *(
            "",
            "news.example",
            "//news.example/",
            "/a",
            "http:",
            "http://",
            "http:///127.0.0.1/",
            "http:/127.0.0.1",
            "https://?a",
        ),
        *(
            "ftp://news.example/",
            "file:///etc/passwd",
            "gopher://127.0.0.1/",
            "javascript:alert(1)",
            "data:text/html,x",
        ),
        *(
            "http://:80/",
            "http://./",
            "http://../",
            "http://.news.example/",
            "http://news..example/",
            "http://news.example../",
        ),
        *(
            "http://256.1.1.1/",
            "http://1.2.3.4.5/",
            "http://08.1/",
            "http://0x7g.1/",
            "http://4294967296/",
            "http://a.1/",
        ),
        *(
            "http://[::1/",
            "http://::1/",
            "http://[::1]a/",
            "http://a[2a00::1]/",
            "http://[v1.a]/",
            "http://[2a00::1%25eth0]/",
        ),
        *("http://[2a00::1%eth0]/", "http://[1.1.1.1]/", "http://[]/", "http://[2a00::g]/"),
        *("http://%31%32%37.0.0.1/", "http://news%2eexample/", "http://news.example%00/", "http://％31/"),
        *("http://news.example\\@127.0.0.1/", "http://127.0.0.1\\.news.example/", "http:\\\\127.0.0.1/"),
        *("http://ne ws.example/", "http://news.example /", "http://news\u3000.example/", "http://news.example\t/"),
        *(
            "http://news.exa\nmple/",
            "http://news.example/\r\nHost: a",
            "http://news.example/\0a",
            "http://news.example/\x7f",
        ),
        *(
            "http://\udc80/",
            "http://news.example/\udc80",
            "http://\u0300\u2028.example/",
            f"http://{'a' * 64}.example/",
        ),
        *(f"http://{'a.' * 127}example/", "http://news.example<b>/", "http://news,example/", "http://news.example|/"),
    ],
)
def test_a_url_with_more_than_one_reading_is_refused(url):
    assert "url" == refusal_of(url).kind


@pytest.mark.parametrize(
    "port", ["0", "22", "25", "3306", "6379", "8000", "65535", "65536", "99999", "-1", "+80", "8e1", "８０"]
)
def test_a_port_that_is_no_web_port_is_refused(port):
    assert "url" == refusal_of(f"http://news.example:{port}/").kind


@pytest.mark.parametrize(
    "url",
    [
        "http://user:secret@127.0.0.1/",
        "http://user@secret@news.example/",
        "http://user:secret\\@news.example/",
        "http://user:sec/secret@news.example/",
        "http:/user:secret@news.example/",
        "ftp://user:secret@news.example/",
        "http://user:secret@news.example:22/",
        "http://user:secret@[::1/",
        "http://user:\tsecret@news.example/",
    ],
)
def test_no_refusal_tells_a_password(url):
    refusal = refusal_of(url)

    assert "secret" not in f"{refusal}{refusal.url}{refusal.why}"


def test_a_name_is_refused_if_any_of_its_addresses_is_an_inner_one():
    check_url("https://news.example/", ["8.8.8.8", "2606:4700::1111"])

    assert "address" == refusal_of("https://news.example/", addresses=["8.8.8.8", "10.0.0.1"]).kind


@pytest.mark.parametrize("address", ["", "news.example", "fe80::1%eth0", "8.8.8.8%0", "0x8.8"])
def test_a_name_is_refused_if_what_it_resolves_to_is_no_address(address):
    assert "address" == refusal_of("https://news.example/", addresses=[address]).kind


HOME = Guard(allow=(IPv4Network("127.0.0.0/8"), ip_network("fd00::/64")))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "https://127.1:9999/",
        "http://[fd00::1]:22/",
        "http://[::ffff:127.0.0.1]/",
        "http://8.8.8.8/",
    ],
)
def test_an_allowed_address_may_be_dialled_on_any_port(url):
    HOME.check_url(url)


@pytest.mark.parametrize(
    "url", ["http://10.0.0.1/", "http://[fd00:1::1]/", "http://[::1]/", "http://127.0.0.1:0/", "http://8.8.8.8:22/"]
)
def test_what_is_not_allowed_stays_refused(url):
    refusal_of(url, HOME)


def test_a_name_may_resolve_to_an_allowed_address():
    HOME.check_url("https://news.example/")
    HOME.check_address("https://news.example/", "127.0.0.1")

    with pytest.raises(UnsafeURL):
        HOME.check_address("https://news.example/", "10.0.0.1")


def test_names_of_ones_own_network_are_judged_by_their_addresses_where_networks_are_allowed():
    HOME.check_url("https://wiki.intranet/")

    assert "address" == refusal_of("https://wiki.intranet/").kind


def test_a_name_keeps_to_the_web_ports_of_its_guard():
    Guard(ports=frozenset({9999})).check_url("http://news.example:9999/")

    assert "url" == refusal_of("http://news.example/", Guard(ports=frozenset({9999}))).kind
    assert "url" == refusal_of("http://news.example:9999/", HOME).kind


INNER = st.sampled_from(
    [
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "224.0.0.0/3",
    ]
).flatmap(lambda network: st.ip_addresses(network=network))
NOTATIONS = st.sampled_from(
    [str, "0{:o}".format, "0x{:x}".format, "0X{:X}".format, "000{:o}".format, "0x000{:x}".format]
)
WIDTHS = st.sampled_from([str, lambda text: text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})])


@st.composite
def spellings(draw):
    """An inner IPv4 address as one to four numbers, each in a notation of its own, some of it full-width."""
    address = int(draw(INNER))
    count = draw(st.integers(1, 4))
    numbers = [address >> 8 * (3 - place) & 255 for place in range(count - 1)]
    numbers.append(address & 256 ** (5 - count) - 1)
    text = draw(st.sampled_from([".", "。", "．", "｡"])).join(draw(NOTATIONS)(number) for number in numbers)
    return "".join(draw(WIDTHS)(letter) if letter != "." else letter for letter in text) + draw(
        st.sampled_from(["", "."])
    )


@given(spellings(), st.sampled_from(["", ":80", ":8443"]))
def test_no_spelling_of_an_inner_address_passes(host, port):
    assert "address" == refusal_of(f"http://{host}{port}/").kind


@given(st.text() | st.text(alphabet="htps:/.@[]\\%#?0x127 ①。\t\n\0-é").map("http://".__add__))
def test_no_text_is_worse_than_a_refusal(text):
    assert str(refusal_of("http://[/" + text)).isprintable()
    with suppress(UnsafeURL):
        check_url(text, [text])


@given(
    st.from_regex(
        r"https?://[a-z0-9.-]{1,12}(localhost|local|internal|corp|example|com|0x7f|127\.0\.0\.1|10\.1)(/[a-z]{0,3})?",
        fullmatch=True,
    )
)
def test_a_plain_url_is_judged_as_its_odd_spelling_is(url):
    """An upper-case scheme says the same, and is never taken by the short way."""

    def verdict(spelling: str) -> str:
        try:
            return str(check_url(spelling))
        except UnsafeURL as error:
            return error.kind

    assert verdict(url) == verdict(url.replace("http", "HTTP", 1))
