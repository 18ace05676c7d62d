"""Does the same to many things, a few at a time."""


def each(do, items, *, workers):
    """do(item) for every item, at most `workers` at once.

    After a failure (Ctrl-C too) no further item is begun; it is raised when what is under way has ended.
    """
    items = list(items)
    if workers < 2 or len(items) < 2:
        for item in items:
            do(item)
        return
    from concurrent.futures import ThreadPoolExecutor  # start-up: only when there is something to do at once

    over = []

    def begin(item):
        if over:
            return
        try:
            do(item)
        except BaseException:
            over.append(item)
            raise

    with ThreadPoolExecutor(max_workers=min(workers, len(items))) as pool:
        futures = [pool.submit(begin, item) for item in items]
        try:
            for future in futures:
                future.result()
        except BaseException:
            over.append(None)
            raise
