"""Writes an archive part by part as the parts are dumped: a tar in gzip members, in which nothing is stored twice.

    archive.py begin FILE             leaves the first place to the manifest
    archive.py add FILE NAME LEVEL    standard input as one more part, compressed by 0 to 9; prints its SHA-256
    archive.py end FILE               standard input is the manifest
"""

import gzip
import hashlib
import os
import sys
import tarfile
import time

MANIFEST_BYTES = 1 << 20  # with spaces at its end; more than ten thousand tables


def stored(data):
    """A gzip member whose length does not depend on what is in it, so that another can take its place."""
    return gzip.compress(data, compresslevel=0, mtime=0)


def header(name, size):
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = size, 0o600, int(time.time())
    return member.tobuf(tarfile.GNU_FORMAT)


def begin(archive):
    archive.write(stored(header("manifest.json", MANIFEST_BYTES) + b" " * MANIFEST_BYTES))


def add(archive, source, name, level):
    start, size, digest = archive.seek(0, os.SEEK_END), 0, hashlib.sha256()
    archive.write(stored(bytes(tarfile.BLOCKSIZE)))
    with gzip.GzipFile(fileobj=archive, mode="wb", filename="", compresslevel=level, mtime=0) as part:
        while block := source.read(1 << 20):
            size += len(block)
            digest.update(block)
            part.write(block)
        part.write(bytes(-size % tarfile.BLOCKSIZE))
    # how long it is, is known only now
    archive.seek(start)
    archive.write(stored(header(name, size)))
    return digest.hexdigest()


def end(archive, source):
    manifest = source.read(MANIFEST_BYTES + 1)
    if len(manifest) > MANIFEST_BYTES:
        sys.exit(f"the manifest has more than {MANIFEST_BYTES} bytes")
    archive.seek(0)
    archive.write(stored(header("manifest.json", MANIFEST_BYTES) + manifest.ljust(MANIFEST_BYTES)))
    archive.seek(0, os.SEEK_END)
    archive.write(stored(bytes(2 * tarfile.BLOCKSIZE)))


action, path = sys.argv[1:3]
try:
    with open(path, "wb" if action == "begin" else "r+b") as file:
        if action == "begin":
            begin(file)
        elif action == "add":
            print(add(file, sys.stdin.buffer, sys.argv[3], int(sys.argv[4])))
        else:
            end(file, sys.stdin.buffer)
except OSError as problem:
    sys.exit(f"{path}: {problem.strerror}")
