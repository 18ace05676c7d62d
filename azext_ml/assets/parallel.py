"""Does the same to many things, a few at a time."""


def each(do, items, *, workers):
    """do(item) for every item, at most `workers` at once. Raises the first failure, after what is under way has ended."""
    items = list(items)
    if workers < 2 or len(items) < 2:
        for item in items:
            do(item)
        return
    from concurrent.futures import ThreadPoolExecutor  # start-up: only when there is something to do at once

    with ThreadPoolExecutor(max_workers=min(workers, len(items))) as pool:
        futures = [pool.submit(do, item) for item in items]
        try:
            for future in futures:
                future.result()
        except BaseException:                   # Ctrl-C too: do not begin what has not begun
            for future in futures:
                future.cancel()
            raise
