"""Which URLs and addresses may be dialled."""

from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import UnsafeURL
from crawler.web.guard import Guard, check_url, is_public

PUBLIC = ["1.1.1.1", "8.8.8.8", "93.184.216.34", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1",
          "192.0.1.1", "198.17.255.255", "198.20.0.1", "223.255.255.255", "168.63.129.15", "2606:4700:4700::1111",
          "2a00:1450:4001::200e", "2001:200::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]  # fmt: skip

INNER = {
    "this network": ["0.0.0.0", "0.1.2.3"],
    "private": ["10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1"],
    "shared by a carrier": ["100.64.0.1", "100.127.255.255"],
    "this machine": ["127.0.0.1", "127.255.255.254", "::1"],
    "nothing": ["::"],
    "link-local": ["169.254.0.1", "fe80::1", "fe80::1%eth0", "febf::1"],
    "a cloud's own": ["169.254.169.254", "100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254"],
    "protocol assignments": ["192.0.0.1", "192.0.0.170", "2001::1", "2001:1ff::1"],
    "documentation": ["192.0.2.1", "198.51.100.7", "203.0.113.9", "2001:db8::1", "3fff::1", "3fff:fff::1"],
    "benchmarks": ["198.18.0.1", "198.19.255.255", "2001:2::1"],
    "6to4 and its relays": ["192.88.99.1", "2002:7f00:1::", "2002:a00:1::1", "2002:808:808::1"],
    "Teredo": ["2001:0:4136:e378:8000:63bf:3fff:fdd2"],
    "multicast": ["224.0.0.1", "239.255.255.255", "ff02::1", "ff0e::1"],
    "reserved": ["240.0.0.1", "255.255.255.255", "5f00::1", "4000::1", "1::1", "e000::1"],
    "unique local": ["fc00::1", "fd12:3456::1"],
    "site-local": ["fec0::1"],
    "discard only": ["100::1"],
    "IPv4-mapped": ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:100.64.0.1", "::ffff:169.254.169.254"],
    "IPv4-compatible": ["::7f00:1", "::8.8.8.8"],
    "behind NAT64": ["64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::808:808"],
}  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_may_be_dialled(address):
    check_url("https://news.example/a", [address])

    assert is_public(address)


@pytest.mark.parametrize("address", [address for addresses in INNER.values() for address in addresses])
def test_an_inner_address_may_not_be_dialled(address):
    with pytest.raises(UnsafeURL) as refusal:
        check_url("https://news.example/a", [address])

    assert "address" == refusal.value.kind


def test_one_inner_address_among_public_ones_is_enough():
    with pytest.raises(UnsafeURL):
        check_url("https://news.example/a", ["8.8.8.8", "10.0.0.1"])


def test_an_address_that_is_none_is_refused():
    with pytest.raises(UnsafeURL):
        check_url("https://news.example/a", ["over there"])


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.0.0.1.", "2130706433", "0x7f000001", "0X7F.1", "0177.0.0.1", "017700000001", "127.1", "127.0.1",
     "0x7f.0.0.0x1", "0", "0.0.0.0", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[0:0:0:0:0:ffff:7f00:1]", "１２７.0.0.1",
     "①②⑦.⓪.⓪.①", "127。0。0。1", "0xa9fea9fe", "169.16689662", "[::ffff:a9fe:a9fe]", "0x", "00", "[64:ff9b::7f00:1]"],
)  # fmt: skip
def test_an_inner_address_is_known_in_every_spelling(host):
    with pytest.raises(UnsafeURL) as refusal:
        check_url(f"http://{host}/")

    assert "address" == refusal.value.kind


@pytest.mark.parametrize("host", ["134744072", "0x08.8.8.8", "010.8.8.8", "8.526344", "8.8.8.8", "[2606:4700::1111]"])
def test_a_public_address_is_known_in_every_spelling(host):
    check_url(f"https://{host}/")


@pytest.mark.parametrize("host", ["256.1.1.1", "1.2.3.4.5", "1..2", "08.8.8.8", "4294967296", "0x1ffffffff",
                                  "1.2.3.256", "a.1", "8.8.8.8.0x7f", "1.2.3.09"])  # fmt: skip
def test_a_host_that_ends_in_a_number_and_is_no_address_is_refused(host):
    with pytest.raises(UnsafeURL):
        check_url(f"http://{host}/")


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST", "localhost.", "app.localhost", "printer.local", "localhost.localdomain", "nas.home.arpa",
     "metadata.google.internal", "vm.internal", "metadata", "metadata.goog", "instance-data", "ＬＯＣＡＬＨＯＳＴ"],
)  # fmt: skip
def test_names_of_this_machine_and_network_are_refused(host):
    with pytest.raises(UnsafeURL) as refusal:
        check_url(f"http://{host}/")

    assert "address" == refusal.value.kind


@pytest.mark.parametrize(
    "host",
    ["example.com", "localhost.example.com", "internal.example", "xn--bcher-kva.example", "bücher.example", "1.example",
     "a_b.example", "127.0.0.1.nip.example", "0x7f.example", "mylocal", "example.com."],
)  # fmt: skip
def test_other_names_wait_for_their_addresses(host):
    check_url(f"https://{host}/a?b=c#d")


@pytest.mark.parametrize(
    "url",
    ["", "example.com", "//example.com/", "ftp://example.com/", "file:///etc/passwd", "javascript:alert(1)",
     "gopher://example.com/", "data:text/html,x", "http:///a", "http://", "https://:443/", "http://?a",
     "http:example.com", "http://exa mple.com/", "http://a..b/", "http://.a/", "http://-a.example/", "http://a%2eb/", "http://127%2e0.0.1/",
     "http://[::1", "http://[v1.a]/", "http://[::1]x/", "http://a:99999/", "http://a:0/", "http://a:b/", "http://a:-1/",
     "http://a.example\\@127.0.0.1/", "http://a.example\\b/", "http://a.example/\x00", "http://a.exa\tmple/",
     "http://a.example/\r\nX: y", "http://a.example/\x1b[2J", "http://a.example/\u202egnp", "http://a.example/\udc80",
     f"http://{'a' * 64}.example/", f"http://{'a.' * 130}example/", "http://a℀b.example/"],
)  # fmt: skip
def test_what_is_no_plain_web_url_is_refused(url):
    with pytest.raises(UnsafeURL):
        check_url(url)


def test_user_name_and_password_do_not_hide_the_host():
    with pytest.raises(UnsafeURL) as refusal:
        check_url("http://example.com:secret@127.0.0.1/")

    assert "secret" not in str(refusal.value)


def test_a_refusal_holds_no_control_characters():
    with pytest.raises(UnsafeURL) as refusal:
        check_url("http://a.example/\x1b]0;owned\x07\u202e")

    assert str(refusal.value).isprintable()


@pytest.mark.parametrize("port", ["", ":80", ":443", ":8080", ":8443"])
def test_web_ports_are_open(port):
    check_url(f"https://example.com{port}/")


@pytest.mark.parametrize("port", [1, 21, 22, 25, 81, 3306, 5432, 6379, 8000, 11211, 65535])
def test_other_ports_are_closed(port):
    with pytest.raises(UnsafeURL):
        check_url(f"https://example.com:{port}/")


def allowing(*networks):
    return Guard(tuple(ip_network(network) for network in networks))


def test_an_allowed_network_passes_by_address_name_and_port():
    guard = allowing("127.0.0.0/8", "fd00::/8")

    guard.check_url("http://127.0.0.1:8123/", ["127.0.0.1"])
    guard.check_url("http://localhost:8123/", ["127.0.0.1"])
    guard.check_url("http://[fd00::5]:3000/")
    guard.check_url("http://[::ffff:127.0.0.1]/")
    guard.check_address("app.example", "127.9.9.9")


def test_an_allowed_network_opens_no_other():
    guard = allowing("10.1.0.0/16")

    for url, addresses in [
        ("http://10.2.0.1/", []),
        ("http://127.0.0.1/", []),
        ("http://example.com:8123/", []),
        ("http://localhost/", ["127.0.0.1"]),
    ]:
        with pytest.raises(UnsafeURL):
            guard.check_url(url, addresses)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_in_all_its_spellings(address: IPv4Address):
    number = int(address)
    a, b, c, d = address.packed
    hosts = [str(address), str(number), hex(number), f"0{number:o}", f"{a}.{number & 0xFFFFFF}",
             f"{a}.{b}.{c << 8 | d}", f"0x{a:x}.0{b:o}.{c}.{d}", f"[::ffff:{address}]"]  # fmt: skip

    assert {is_public(address)} == {passes(f"http://{host}/") for host in hosts}


@given(st.ip_addresses())
def test_what_python_calls_private_is_never_public(address: IPv4Address | IPv6Address):
    assert not (is_public(address) and not address.is_global and not getattr(address, "ipv4_mapped", None))


@given(st.text(max_size=60), st.sampled_from(["", "http://", "https://", "http://a.example/", "http://[", "//"]))
def test_any_text_is_either_passed_or_refused(text: str, start: str):
    passes(start + text)


def passes(url):
    try:
        check_url(url)
    except UnsafeURL:
        return False
    return True
