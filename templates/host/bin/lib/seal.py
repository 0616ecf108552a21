"""Encrypts an archive for a place that others may read, and opens it again; bytes pass through, memory stays as it is.

    seal.py seal 3<KEY <archive >sealed
    seal.py open 3<KEY <sealed >archive     ends with 1 unless all of it is there, as it was sealed, with this key
    seal.py id   3<KEY                      of the key; every sealed archive begins with it

Sealed: a line `ai-ecosystem-archive-1 ID`, then what `openssl enc -aes-256-ctr -pbkdf2 -md sha256` makes with the key as
its passphrase, and 32 bytes HMAC-SHA-256 of all that (RFC 2104), whose key is the HMAC of the word `authentication`.
Encrypt-then-MAC, as `openssl enc` knows no authenticated mode and GnuPG on Amazon Linux verifies signatures only.
"""

import hashlib
import hmac
import os
import subprocess
import sys

MAC_BYTES = 32
BLOCK = 1 << 20


def derived(key, word):
    return hmac.new(key, word, hashlib.sha256)


def header(key):
    return b"ai-ecosystem-archive-1 " + derived(key, b"id").hexdigest()[:16].encode() + b"\n"


def openssl(key, *more, **streams):
    """A running openssl, which reads the key from a pipe: an argument would be in the list of processes."""
    read, write = os.pipe()
    os.write(write, key + b"\n")
    os.close(write)
    command = ["openssl", "enc", "-aes-256-ctr", "-pbkdf2", "-md", "sha256", "-pass", f"fd:{read}", *more]
    running = subprocess.Popen(command, pass_fds=[read], **streams)
    os.close(read)
    return running


def seal(key, source, target):
    mac = derived(derived(key, b"authentication").digest(), b"")
    running = openssl(key, "-salt", stdin=source, stdout=subprocess.PIPE)
    block = header(key)
    while block:
        mac.update(block)
        target.write(block)
        block = running.stdout.read(BLOCK)
    if running.wait() != 0:
        sys.exit("openssl could not encrypt")
    target.write(mac.digest())
    target.flush()


def unseal(key, source, target):
    first, wanted = source.read(len(header(key))), header(key)
    if first != wanted:
        if first[:23] != wanted[:23]:
            sys.exit("this is no sealed archive")
        sys.exit(f"it was sealed with the key {first[23:].decode(errors='replace').strip()}, and this one is {wanted[23:].decode().strip()}")
    mac = derived(derived(key, b"authentication").digest(), first)
    running = openssl(key, "-d", stdin=subprocess.PIPE, stdout=target)
    held = b""
    try:
        while block := source.read(BLOCK):
            held += block
            passed, held = held[:-MAC_BYTES], held[-MAC_BYTES:]
            mac.update(passed)
            running.stdin.write(passed)
        running.stdin.close()
    except BrokenPipeError:
        sys.exit("what was decrypted could not be written")
    written = running.wait() == 0
    if not hmac.compare_digest(held, mac.digest()):
        sys.exit("it is damaged, or not all of it is there")
    if not written:
        sys.exit("what was decrypted could not be written")


def main():
    with os.fdopen(3, "rb") as pipe:
        key = pipe.read().strip()
    if len(key) < 32:
        sys.exit("the key is missing: BACKUP_KEY")
    if sys.argv[1] == "seal":
        seal(key, sys.stdin.buffer, sys.stdout.buffer)
    elif sys.argv[1] == "open":
        unseal(key, sys.stdin.buffer, sys.stdout.buffer)
    else:
        print(header(key)[23:].decode().strip())


try:
    main()
except BrokenPipeError:
    # whoever reads has ended, and says why
    os._exit(1)
except OSError as problem:
    sys.exit(f"{problem.filename or 'archive'}: {problem.strerror}")
