"""What the blob endpoint writes and reads beside bytes: XML, checksums as text, entity tags, markers."""

import base64

from azext_ml.local.stamps import http_date

_HEAD = '<?xml version="1.0" encoding="utf-8"?>'


class BlobRefusal(Exception):
    """An error answer: status, code, message."""


def error(code, message):
    return f"{_HEAD}<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>".encode()


def page(endpoint, container, prefix, limit, items, last, *, metadata):
    """One page of a list. `items`: blobs, and texts for folders; `last`: name to go on behind, or None."""
    body = "".join(f"<BlobPrefix><Name>{escape(item)}</Name></BlobPrefix>" if isinstance(item, str) else _blob(item, metadata)
                   for item in items)
    return (f'{_HEAD}<EnumerationResults ServiceEndpoint="{escape(endpoint)}" ContainerName="{escape(container)}">'
            f"<Prefix>{escape(prefix)}</Prefix><MaxResults>{limit}</MaxResults><Blobs>{body}</Blobs>"
            f"<NextMarker>{_mark(last) if last is not None else ''}</NextMarker></EnumerationResults>").encode()


def block_list(rows):
    """`rows`: (block id, size) of blocks that are not committed yet."""
    blocks = "".join(f"<Block><Name>{escape(block)}</Name><Size>{size}</Size></Block>" for block, size in rows)
    return f"{_HEAD}<BlockList><CommittedBlocks/><UncommittedBlocks>{blocks}</UncommittedBlocks></BlockList>".encode()


def block_ids(data):
    """Ids that a client lists to be joined, in order."""
    from xml.etree import ElementTree  # lazy: only uploads in blocks come here
    if b"<!" in data:                  # no entity is ever needed here
        raise BlobRefusal(400, "InvalidXmlDocument", "XML specified is not syntactically valid.")
    try:
        return [node.text or "" for node in ElementTree.fromstring(data) if node.tag in ("Latest", "Uncommitted", "Committed")]
    except ElementTree.ParseError:
        raise BlobRefusal(400, "InvalidXmlDocument", "XML specified is not syntactically valid.") from None


def etag(blob):
    return f'"0x{blob.sha256[:16].upper()}{blob.etag:X}"'


def base64_text(digest):
    return base64.b64encode(digest).decode()


def unmark(marker):
    """The name behind which a marker goes on."""
    try:
        return base64.urlsafe_b64decode(marker.encode()).decode() if marker else ""
    except ValueError:
        raise BlobRefusal(400, "OutOfRangeInput", "The marker is invalid.") from None


def escape(text):
    """XML text. Control characters that XML cannot hold become the replacement character."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return "".join(c if c >= " " or c in "\t\n\r" else "\ufffd" for c in text)


def _blob(blob, metadata):
    pairs = "".join(f"<{key}>{escape(value)}</{key}>" for key, value in blob.metadata.items()) if metadata else ""
    when = http_date(blob.modified)
    return (f"<Blob><Name>{escape(blob.name)}</Name><Properties><Creation-Time>{when}</Creation-Time>"
            f"<Last-Modified>{when}</Last-Modified><Etag>{etag(blob)[1:-1]}</Etag><Content-Length>{blob.size}</Content-Length>"
            f"<Content-Type>{escape(blob.content_type)}</Content-Type><Content-MD5>{base64_text(blob.md5)}</Content-MD5>"
            "<BlobType>BlockBlob</BlobType><LeaseStatus>unlocked</LeaseStatus><LeaseState>available</LeaseState></Properties>"
            f"<Metadata>{pairs}</Metadata></Blob>")


def _mark(name):
    return base64.urlsafe_b64encode(name.encode()).decode()
