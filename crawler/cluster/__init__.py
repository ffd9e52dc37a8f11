"""The same crawl on many machines, over one PostgreSQL database.

A crawl puts *errands* on a board, each a visit to a page or a look at an image. Workers anywhere do them, a host at a
time, and put what they saw beside them. The crawl, which alone has the records and the lock, judges, writes and
remembers as ever. Who does what is procrastinate's: a job is "the errands of this host", one at a time for each host.

An errand may be done twice, where its worker died; what comes of it is decided once, by the crawl.
"""
