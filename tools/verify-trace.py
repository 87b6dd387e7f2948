#!/usr/bin/env python3
# Checks the trace without the server: verify-trace.py DATABASE [--anchors FILE --key PUBLIC-KEY] [--messages FILE]
#   DATABASE a copy of beclere.db; FILE of anchors as GET /api/audit/anchors gives it, kept elsewhere; messages: what the audit collector kept.
# Exit 0: whole; 3: broken, the first line that does not fit is named. Needs Python 3 (and openssl for anchors). SPDX-License-Identifier: Apache-2.0
import base64
import hashlib
import os
import re
import sqlite3
import struct
import subprocess
import sys
import tempfile

COLUMNS = ("id, at_ms, person_id, organisation_id, patient_id, act_id, event, outcome, actor, factors, origin, what, object, detail, previous")
FIRST = "0" * 64
SET_BACK_MS = 60000  # a clock that is set back by more is told


def line_hash(row):
    """Of the fifteen columns but the hash: docs/decisions/0005-audit-chain.md."""
    parts = [b"beclere-audit-1", struct.pack(">6q", *row[:6])]
    for text in row[6:15]:
        text = text.encode()
        parts.append(struct.pack(">I", len(text)))
        parts.append(text)
    return hashlib.sha256(b"".join(parts)).hexdigest()


def anchors_of(path, key):
    """{line: hash} of the anchors whose seal is of this key; the others end the program."""
    found = {}
    with open(path, encoding="ascii") as f:
        blocks = [block for block in f.read().split("\n\n") if block.strip()]
    for block in blocks:
        text, _, seal = block.strip().rpartition("\n")
        fields = dict(line.split(" ", 1) for line in text.split("\n"))
        kind, _, value = seal.partition(" ")
        digest = hashlib.sha256((text + "\n").encode()).hexdigest()
        with tempfile.TemporaryDirectory() as folder:
            signed, signature = os.path.join(folder, "text"), os.path.join(folder, "signature")
            with open(signed, "wb") as f:
                f.write(b"beclere-trace-1\n" + digest.encode())
            with open(signature, "wb") as f:
                f.write(bytes.fromhex(value))
            sealed = kind == "ed25519" and subprocess.run(
                ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin", "-in", signed, "-sigfile", signature],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0
        if not sealed:
            sys.exit(f"NOT SEALED by this key: the anchor of line {fields['line']}")
        found[int(fields["line"])] = fields["hash"]
    return found


def messages_of(path):
    """{line: hash} of what the collector kept."""
    found = {}
    with open(path, encoding="utf-8", errors="replace") as f:
        for row in f:
            for line, value in re.findall(r"urn:beclere:trace:(\d+)\".*?type=\"hash\" value=\"([^\"]+)\"", row):
                found[int(line)] = base64.b64decode(value).decode("ascii")
    return found


def broken(database, witnesses):
    """(line, why) of the first that does not fit, or None; how many were read; lines set back in time."""
    db = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    db.text_factory = str
    previous, count, latest, back = FIRST, 0, 0, []
    for row in db.execute(f"SELECT {COLUMNS}, hash FROM audit_line ORDER BY id"):
        count += 1
        if row[0] != count:
            return (row[0], "line removed before"), count, back
        if line_hash(row) != row[15]:
            return (row[0], "content altered"), count, back
        if row[14] != previous:
            return (row[0], "order changed"), count, back
        if witnesses.get(count, row[15]) != row[15]:
            earlier = max((line for line in witnesses if line < count), default=0)
            return (earlier + 1, f"written anew between this line and line {count}: not what was told then"), count, back
        if row[1] < latest - SET_BACK_MS:
            back.append(row[0])
        latest = max(latest, row[1])
        previous = row[15]
    head = db.execute("SELECT lines, hash FROM audit_head WHERE id = 1").fetchone()
    if not head:
        return (count + 1, "the head is missing"), count, back
    if head[0] > count:
        return (count + 1, "lines removed at the end"), count, back
    if head[0] < count:
        return (head[0] + 1, "lines added after the end"), count, back
    if head[1] != previous:
        return (max(count, 1), "the head does not match the last line"), count, back
    if witnesses and max(witnesses) > count:
        return (count + 1, f"lines removed at the end: there were {max(witnesses)}"), count, back
    return None, count, back


def option(name):
    return sys.argv[sys.argv.index(name) + 1] if name in sys.argv[:-1] else None


def main():
    anchors, key, messages = option("--anchors"), option("--key"), option("--messages")
    if len(sys.argv) < 2 or sys.argv[1].startswith("--") or bool(anchors) != bool(key):
        sys.exit("verify-trace.py DATABASE [--anchors FILE --key PUBLIC-KEY] [--messages FILE]")
    sealed = anchors_of(anchors, key) if anchors else {}
    told = messages_of(messages) if messages else {}
    fault, count, back = broken(sys.argv[1], {**told, **sealed})
    for line in back[:20]:
        print(f"line {line} is earlier than one before it: the clock was set back, or more")
    if fault:
        print(f"TRACE BROKEN at line {fault[0]}: {fault[1]} ({count} lines read)")
        sys.exit(3)
    print(f"{count} lines, whole; {len(sealed)} anchors, {len(told)} messages agree")


if __name__ == "__main__":
    main()
