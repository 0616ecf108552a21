"""Bytes to and from S3, part by part: memory and disk hold one part, and the AWS CLI tries a part again that was cut off.

    transfer.py send BUCKET NAME BYTES FOLDER       standard input under a name that must be free; BYTES of it must come
    transfer.py receive BUCKET NAME FOLDER          an object to standard output

FOLDER takes the part. S3 compares the SHA-256 of each with what arrived, and nothing appears in the bucket before all are
there. `send` prints {"bytes": …, "checksum": …}. Ends with 3 when the name is taken, with 1 when S3 cannot be reached,
refuses, or has something else than was sent.
"""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys

MEBIBYTE = 1 << 20
# S3 takes 10,000 parts
PARTS = 9000
PART_BYTES = int(os.environ.get("TRANSFER_PART_BYTES", 64 * MEBIBYTE))


def s3(action, *arguments):
    command = ["aws", "s3api", action, *arguments, "--output", "json", "--cli-connect-timeout", "10", "--cli-read-timeout", "60"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        said = " ".join(done.stderr.split()) or f"aws ended with {done.returncode}"
        sys.exit(3 if "PreconditionFailed" in said else f"{action}: {said}")
    return json.loads(done.stdout or "{}")


def text(digest):
    return base64.b64encode(digest).decode()


def take(source, path, size):
    """The next part into a file: how long it is, and its SHA-256."""
    digest, left = hashlib.sha256(), size
    with open(path, "wb") as part:
        while left and (block := source.read(min(MEBIBYTE, left))):
            digest.update(block)
            part.write(block)
            left -= len(block)
    return size - left, digest.digest()


def send(source, bucket, name, expected, folder):
    at, checked = ["--bucket", bucket, "--key", name], ["--checksum-algorithm", "SHA256"]
    part_bytes = max(PART_BYTES, -(-expected // PARTS // MEBIBYTE) * MEBIBYTE)
    path, listed = os.path.join(folder, "part"), os.path.join(folder, "parts.json")
    upload = ["--upload-id", s3("create-multipart-upload", *at, *checked)["UploadId"]]
    parts, sums, total = [], b"", 0
    while True:
        size, digest = take(source, path, part_bytes)
        if not size:
            break
        number, checksum = len(parts) + 1, ["--checksum-sha256", text(digest)]
        sent = s3("upload-part", *at, *upload, "--part-number", str(number), "--body", path, *checked, *checksum)
        parts.append({"PartNumber": number, "ETag": sent["ETag"], "ChecksumSHA256": text(digest)})
        sums, total = sums + digest, total + size
    if total != expected:
        sys.exit(f"{total} bytes came and not {expected}: nothing was kept in S3")
    with open(listed, "w") as file:
        json.dump({"Parts": parts}, file)
    s3("complete-multipart-upload", *at, *upload, "--multipart-upload", f"file://{listed}", "--if-none-match", "*")
    there = s3("head-object", *at, "--checksum-mode", "ENABLED")
    # of the parts' checksums, as S3 makes it; it adds how many there are
    checksum = text(hashlib.sha256(sums).digest())
    if there["ContentLength"] != total or there.get("ChecksumSHA256", "").split("-")[0] != checksum:
        found = f"{there['ContentLength']} bytes with the checksum {there.get('ChecksumSHA256')}"
        sys.exit(f"S3 has {found}, and {total} with {checksum} were sent")
    print(json.dumps({"bytes": total, "checksum": checksum}))


def receive(target, bucket, name, folder):
    at, path = ["--bucket", bucket, "--key", name], os.path.join(folder, "part")
    there = s3("head-object", *at)
    for start in range(0, there["ContentLength"], PART_BYTES):
        wanted = f"bytes={start}-{min(start + PART_BYTES, there['ContentLength']) - 1}"
        s3("get-object", *at, "--if-match", there["ETag"], "--range", wanted, path)
        with open(path, "rb") as part:
            shutil.copyfileobj(part, target, MEBIBYTE)
    target.flush()


try:
    if sys.argv[1] == "send":
        send(sys.stdin.buffer, sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5])
    else:
        receive(sys.stdout.buffer, *sys.argv[2:5])
except BrokenPipeError:
    # whoever reads has ended, and says why
    os._exit(1)
except FileNotFoundError as problem:
    sys.exit("the AWS CLI is not installed. Next: sudo dnf install -y awscli-2" if problem.filename == "aws" else str(problem))
except OSError as problem:
    sys.exit(f"{problem.filename or 'part'}: {problem.strerror}")
