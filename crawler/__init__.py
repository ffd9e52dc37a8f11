"""metafresh: keeps article records true."""
