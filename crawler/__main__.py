"""`python -m crawler` is `metafresh`."""

from crawler.cli import main

main()
