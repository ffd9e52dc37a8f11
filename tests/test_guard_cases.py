"""What a crawler may dial, spelling by spelling: each address and name in the forms that guards are led astray by."""

from ipaddress import IPv4Address, IPv6Address

import pytest

from crawler.errors import UnsafeURL
from crawler.web.guard import check_url

PUBLIC_V4 = ("1.1.1.1", "8.8.8.8", "93.184.215.14", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1",
             "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "191.255.255.255", "192.0.1.0",
             "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255", "9.255.255.255",
             "11.0.0.0", "168.63.129.15", "192.0.3.0", "198.51.101.0", "203.0.112.255", "192.88.98.1")  # fmt: skip
INNER_V4 = {
    "this network": ("0.0.0.0", "0.0.0.1", "0.255.255.255"),
    "private use": ("10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255", "192.168.0.0", "192.168.255.255"),
    "shared address space": ("100.64.0.0", "100.100.100.200", "100.127.255.255"),
    "loopback": ("127.0.0.0", "127.0.0.1", "127.127.127.127", "127.255.255.255"),
    "link-local": ("169.254.0.0", "169.254.169.254", "169.254.170.2", "169.254.255.255"),
    "a cloud's own": ("168.63.129.16", "192.0.0.192"),
    "protocol assignments": ("192.0.0.0", "192.0.0.8", "192.0.0.170", "192.0.0.255"),
    "documentation": ("192.0.2.0", "192.0.2.255", "198.51.100.1", "203.0.113.255"),
    "benchmarking": ("198.18.0.0", "198.19.255.255"),
    "relays of 6to4": ("192.88.99.1",),
    "multicast": ("224.0.0.0", "224.0.0.251", "239.255.255.250"),
    "reserved and broadcast": ("240.0.0.0", "254.1.2.3", "255.255.255.255"),
}
PUBLIC_V6 = ("2606:4700:4700::1111", "2001:4860:4860::8888", "2001:200::1", "2400::1", "2a00:1450:4001:80b::200e",
             "2620:fe::fe", "2c0f::1", "2003::1", "2001:db7:ffff::1", "2001:db9::")  # fmt: skip
INNER_V6 = {
    "unspecified and loopback": ("::", "::1", "0:0:0:0:0:0:0:0", "0:0:0:0:0:0:0:1", "0000::0001"),
    "compatible with IPv4": ("::127.0.0.1", "::10.0.0.1", "::8.8.8.8", "::7f00:1"),
    "translated": ("::ffff:0:127.0.0.1", "::ffff:0:8.8.8.8"),
    "local NAT64": ("64:ff9b:1::", "64:ff9b:1::7f00:1", "64:ff9b:1::8.8.8.8", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff"),
    "discard": ("100::", "100::1", "100:0:0:1::1"),
    "Teredo": ("2001::", "2001:0:7f00:1::", "2001:0:808:808::1", "2001::ffff:ffff"),
    "protocol assignments": ("2001:1::1", "2001:3::1", "2001:4:112::1", "2001:1ff:ffff::1"),
    "benchmarking": ("2001:2::1", "2001:2:0:ffff::1"),
    "ORCHID": ("2001:10::1", "2001:1f::1", "2001:20::1", "2001:2f::1", "2001:30::1"),
    "documentation": ("2001:db8::", "2001:db8:ffff::1", "3fff::1", "3fff:fff::1"),
    "6to4": ("2002::", "2002:7f00:1::", "2002:a00:1::1", "2002:c0a8:101::", "2002:808:808::1"),
    "ISATAP": ("2606:4700::5efe:127.0.0.1", "2606:4700::5efe:a00:1", "2606:4700::200:5efe:192.168.1.1"),
    "unique local": ("fc00::", "fc00::1", "fd00::1", "fd00:ec2::254", "fdff:ffff::1"),
    "link-local": ("fe80::", "fe80::1", "fe80::a9fe:a9fe", "febf::1"),
    "site-local": ("fec0::1", "feff::1"),
    "multicast": ("ff00::", "ff01::1", "ff02::1", "ff05::2", "ff0e::1"),
    "never given out": ("1::1", "1000::1", "4000::1", "5f00::1", "8000::1", "e000::1", "1fff:ffff::1"),
}
NAMES = ("localhost", "LOCALHOST", "LocalHost", "localhost.", "a.localhost", "a.b.localhost.", "localhost.localdomain",
         "ip6-localhost", "ip6-loopback", "broadcasthost", "router", "wpad", "metadata", "instance-data", "kubernetes",
         "metadata.google.internal", "METADATA.GOOGLE.INTERNAL.", "metadata.goog", "instance-data.ec2.internal",
         "metadata.azure.internal", "host.docker.internal", "kubernetes.default.svc", "a.svc.cluster.local",
         "printer.local", "nas.lan", "wiki.intranet", "git.corp", "tv.home", "a.home.arpa", "a.private",
         "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "ｌｏｃａｌｈｏｓｔ", "localhost。", "a。localhost")  # fmt: skip
PUBLIC_URLS = (
    "https://news.example/",
    "http://news.example/a/b?c=d#e",
    "https://news.example:443/",
    "http://news.example:80/",
    "http://news.example:8080/",
    "https://news.example:8443/",
    "https://news.example:8080/",
    "http://news.example:443/",
    "HTTPS://NEWS.EXAMPLE/",
    "https://news.example./",
    "http://news.example:/",
    "https://xn--bcher-kva.example/",
    "https://bücher.example/",
    "https://a.b.c.d.e.f.example/",
    "https://my_blog.example/",
    "https://127.0.0.1.example/",
    "https://localhost.example/",
    "https://local.example/",
    "https://internal.example/",
    "https://metadata.google.example/",
    "https://news.example/@user",
    "https://news.example/?u=http://127.0.0.1/",
    "https://news.example/#@127.0.0.1",
    "https://news.example/a b",
    "https://news.example/ä",
    "https://news.example/%00",
    "https://news.example?a",
    "https://user@news.example/",
    "https://user:secret@news.example/",
    "https://:@news.example/",
    "https://127.0.0.1@news.example/",
    "https://127.0.0.1:80@news.example/",
    "https://1.example/",
    "https://a1.1a.example/",
    " https://news.example/ ",
    "https://news.example\n",
)
ODD_URLS = {
    "schemes": (
        "ftp://news.example/",
        "file:///etc/passwd",
        "file://news.example/a",
        "gopher://news.example/",
        "data:text/html,a",
        "javascript:alert(1)",
        "ws://news.example/",
        "dict://news.example:80/",
        "ldap://news.example/",
        "jar:http://news.example!/a",
        "view-source:http://news.example/",
        "unix:/a",
        "httpss://news.example/",
        "news.example",
        "//news.example/",
        "/a",
        "",
        "?",
        "#",
    ),
    "no host": (
        "http:",
        "http:/",
        "http://",
        "http:///",
        "http:///news.example/",
        "http:news.example",
        "http://:80/",
        "http://?a",
        "http://#a",
        "http://user@/",
        "http://./",
    ),
    "ports": tuple(
        f"http://news.example:{port}/"
        for port in (
            "0",
            "1",
            "21",
            "22",
            "23",
            "25",
            "53",
            "81",
            "110",
            "444",
            "445",
            "1080",
            "2375",
            "3000",
            "3128",
            "3306",
            "5432",
            "6379",
            "8000",
            "8081",
            "8444",
            "9200",
            "10250",
            "11211",
            "27017",
            "65535",
            "65536",
            "80800",
            "-80",
            "+80",
            "8 0",
            "8０",
            "x",
            "80:80",
        )
    ),
    "two readings": (
        "http://a@b@news.example/",
        "http://news.example@@127.0.0.1/",
        "http://news.example\\@127.0.0.1/",
        "http://127.0.0.1\\.news.example/",
        "http:\\\\news.example/",
        "http:/\\news.example/",
        "http://news.example\t/",
        "http://news\t.example/",
        "http://news.exa\nmple/",
        "http://news.example\r\n/",
        "http://news.example /",
        "http://ne ws.example/",
        "http://news.example\0/",
        "http://news.example/\0a",
        "http://news.example/a\r\nHost: b",
        "http://news.example/\x7f",
        "http://news.example/\x1b[31m",
        "http://user:a\tb@news.example/",
        "http://news%2eexample/",
        "http://127%2e0%2e0%2e1/",
        "http://%6c%6f%63%61%6c%68%6f%73%74/",
        "http://news.example%00/",
        "http://news.example%2f@/",
        "http://news..example/",
        "http://.news.example/",
        "http://news.example../",
        "http://news.example,a/",
        "http://news.example<a>/",
        "http://[::1/",
        "http://::1/",
        "http://[::1]a/",
        "http://a[::1]/",
        "http://[]/",
        "http://[127.0.0.1]/",
        "http://[v1.a]/",
        "http://[2606:4700::1%25eth0]/",
        "http://[2606:4700::1%eth0]/",
        "http://[fe80::1%25lo]/",
        "http://[::ffff:127.0.0.256]/",
        "http://[1::2::3]/",
        "http://1.1.1.256/",
        "http://1.1.1.1.1/",
        "http://4294967296/",
        "http://0x100000000/",
        "http://09.1.1.1/",
        "http://a.1/",
    ),
}


def spellings(address):
    """An IPv4 address in the forms that inet_aton and browsers know."""
    number = int(IPv4Address(address))
    a, b, c, d = IPv4Address(address).packed
    yield from (address, f"{address}.", str(number), hex(number), f"0{number:o}", f"0X{number:08X}")
    yield from (f"{a}.{number & 0xFFFFFF}", f"{a}.{b}.{c << 8 | d}", f"0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}")
    yield from (f"0{a:o}.0{b:o}.0{c:o}.0{d:o}", f"0x{a:02x}.{b}.0{c:o}.{d}", f"000{a:o}.{b}.{c}.{d}")
    yield address.translate({code: code + 0xFEE0 for code in range(0x30, 0x3A)})
    yield from (address.replace(".", dot) for dot in "。．｡")


def standing_for(address):
    """IPv6 addresses that stand for an IPv4 address, each in its spellings."""
    number = int(IPv4Address(address))
    for prefix in (0xFFFF << 32, 0x64FF9B << 96):
        meant = IPv6Address(prefix + number)
        yield from (str(meant), meant.exploded, meant.compressed.upper())
    yield from (f"::ffff:{address}", f"0:0:0:0:0:FFFF:{address}", f"64:ff9b::{address}")


INNER_ADDRESSES = [address for addresses in INNER_V4.values() for address in addresses]
INNER_V6_ADDRESSES = [address for addresses in INNER_V6.values() for address in addresses]


def kind_of(url, addresses=()):
    try:
        check_url(url, addresses)
    except UnsafeURL as refusal:
        return refusal.kind
    return None


@pytest.mark.parametrize("address", PUBLIC_V4)
def test_no_spelling_of_a_public_address_is_refused(address):
    hosts = [*spellings(address), *(f"[{meant}]" for meant in standing_for(address))]

    assert [] == [host for host in hosts if kind_of(f"http://{host}/")]


@pytest.mark.parametrize("address", INNER_ADDRESSES)
def test_no_spelling_of_an_inner_address_is_missed(address):
    hosts = [*spellings(address), *(f"[{meant}]" for meant in standing_for(address))]

    assert [] == [host for host in hosts if "address" != kind_of(f"http://{host}:8080/a")]


@pytest.mark.parametrize("address", PUBLIC_V6)
def test_a_public_ipv6_address_may_be_dialled(address):
    assert [None] * 3 == [
        kind_of(f"http://[{each}]/") for each in (address, address.upper(), IPv6Address(address).exploded)
    ]


@pytest.mark.parametrize("address", INNER_V6_ADDRESSES)
def test_an_inner_ipv6_address_may_not(address):
    forms = (address, address.upper(), IPv6Address(address).exploded)

    assert ["address"] * 3 == [kind_of(f"https://[{each}]:8443/") for each in forms]


@pytest.mark.parametrize("name", NAMES)
def test_no_name_of_ones_own_network_is_asked(name):
    assert "address" == kind_of(f"http://{name}/")
    assert "address" == kind_of(f"https://user@{name}:8443/a")


@pytest.mark.parametrize("url", PUBLIC_URLS)
def test_a_public_url_may_be_dialled(url):
    assert kind_of(url) is None
    assert "address" == kind_of(url, ["10.0.0.1"])


@pytest.mark.parametrize("url", [url for urls in ODD_URLS.values() for url in urls])
def test_a_url_that_nobody_should_dial_is_refused(url):
    assert "url" == kind_of(url)


@pytest.mark.parametrize(
    "address", [*INNER_ADDRESSES, *INNER_V6_ADDRESSES, "", "a", "8.8.8", "0x8080808", "8.8.8.8%1", "fe80::1%lo"]
)
def test_a_name_is_refused_if_one_of_its_addresses_is_no_public_one(address):
    assert "address" == kind_of("https://news.example/", [address])
    assert "address" == kind_of("https://news.example/", ["8.8.8.8", "2606:4700::1111", address])
    assert "address" == kind_of("https://news.example/", [address, "8.8.8.8"])


@pytest.mark.parametrize(
    "addresses", [[], ["8.8.8.8"], [*PUBLIC_V4], [*PUBLIC_V6], ["::ffff:8.8.8.8"], ["64:ff9b::808:808"]]
)
def test_a_name_may_be_dialled_if_all_its_addresses_are_public(addresses):
    assert kind_of("https://news.example/", addresses) is None
