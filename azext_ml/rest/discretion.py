"""Keeps secrets out of other people's logs.

`az --debug` shows what urllib3 logs, and that is whole addresses: those of blobs and of logs carry their signature in the query.
"""

import logging
import re

_QUERY = re.compile(r"\?[^\s'\")]*")


def without_queries(text):
    """`text` with the query of every address in it replaced by a mark."""
    return _QUERY.sub("?…", text)


def hush_urllib3():
    """From now on urllib3 logs addresses without their queries. May be called often."""
    logger = logging.getLogger("urllib3.connectionpool")
    if not any(isinstance(known, _WithoutQueries) for known in logger.filters):
        logger.addFilter(_WithoutQueries())


class _WithoutQueries(logging.Filter):
    def filter(self, record):
        if isinstance(record.args, tuple):
            record.args = tuple(without_queries(arg) if isinstance(arg, str) else
                                without_queries(str(arg)) if isinstance(arg, Exception) else arg for arg in record.args)
        return True
