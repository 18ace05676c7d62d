"""Times and ids as the service writes them."""

import os
import time


def stamp(seconds):
    """Assets, jobs and endpoints: `2022-09-07T21:24:02.1891669+00:00`, seven digits (as recorded)."""
    micro = round(seconds * 1e6)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(micro // 1000000)) + f".{micro % 1000000:06d}0+00:00"


def stamp_z(seconds):
    """Workspaces and connections: the same, ending in Z (as recorded)."""
    return stamp(seconds)[:-6] + "Z"


def http_date(seconds):
    """`Wed, 07 Sep 2022 21:24:02 GMT`, in English whatever the locale is."""
    t = time.gmtime(seconds)
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[t.tm_wday]
    month = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[t.tm_mon - 1]
    return f"{day}, {t.tm_mday:02d} {month} {t.tm_year} {t.tm_hour:02d}:{t.tm_min:02d}:{t.tm_sec:02d} GMT"


def guid():
    """A random UUID (version 4) without the import of uuid."""
    h = bytearray(os.urandom(16))
    h[6] = h[6] & 0x0F | 0x40
    h[8] = h[8] & 0x3F | 0x80
    t = h.hex()
    return f"{t[:8]}-{t[8:12]}-{t[12:16]}-{t[16:20]}-{t[20:]}"
