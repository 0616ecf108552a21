"""Reads a gzipped mongodump archive from standard input.

    mongodb-counts.py             to its end; prints how many documents each collection has
    mongodb-counts.py metadata    its beginning; prints what each collection is: type, options and indexes
"""

import gzip
import json
import struct
import sys

MAGIC = 0x8199E26D
END = b"\xff\xff\xff\xff"
FIXED = {0x01: 8, 0x07: 12, 0x08: 1, 0x09: 8, 0x0A: 0, 0x10: 4, 0x12: 8}


def read(stream, size):
    data = stream.read(size)
    if len(data) != size:
        raise ValueError("the archive ends too early")
    return data


def next_document(stream):
    """The bytes of the next BSON document, None at the end of a block, EOFError at the end of the archive."""
    size = stream.read(4)
    if not size:
        raise EOFError
    if size == END:
        return None
    if len(size) != 4 or struct.unpack("<i", size)[0] < 5:
        raise ValueError("the archive is damaged")
    return size + read(stream, struct.unpack("<i", size)[0] - 4)


def strings(document):
    """The top-level strings and booleans of a BSON document: all that the archive's own headers consist of."""
    found, at = {}, 4
    while document[at]:
        kind, stop = document[at], document.index(0, at + 1)
        name, at = document[at + 1 : stop].decode(), stop + 1
        if kind == 0x02:
            size = struct.unpack_from("<i", document, at)[0]
            found[name], at = document[at + 4 : at + 3 + size].decode(), at + 4 + size
        elif kind in (0x03, 0x04):
            at += struct.unpack_from("<i", document, at)[0]
        elif kind in FIXED:
            if kind == 0x08:
                found[name] = bool(document[at])
            at += FIXED[kind]
        else:
            raise ValueError(f"the archive has a header of unknown kind {kind}")
    return found


def headers(stream):
    if struct.unpack("<I", read(stream, 4))[0] != MAGIC:
        raise ValueError("this is no mongodump archive")
    next_document(stream)
    while (document := next_document(stream)) is not None:
        yield strings(document)


def metadata(stream):
    return {h["collection"]: {"type": h.get("type", "collection"), **json.loads(h.get("metadata") or "{}")} for h in headers(stream)}


def counts(stream):
    result = {h["collection"]: 0 for h in headers(stream) if h.get("type", "collection") != "view"}
    try:
        while True:
            header = next_document(stream)
            if header is None:
                continue
            name, number = strings(header)["collection"], 0
            while next_document(stream) is not None:
                number += 1
            result[name] = result.get(name, 0) + number
    except EOFError:
        return {name: number for name, number in result.items() if not name.startswith("system.")}


try:
    asked = metadata if sys.argv[1:] == ["metadata"] else counts
    print(json.dumps(asked(gzip.GzipFile(fileobj=sys.stdin.buffer)), sort_keys=True))
except (ValueError, OSError, EOFError, KeyError) as problem:
    sys.exit(f"not a readable archive: {problem}")
