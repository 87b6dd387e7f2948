#!/usr/bin/env python3
# Checks the proof file of an act without the server: verify-dossier.py FOLDER-OR-ZIP PUBLIC-KEY. Needs Python 3 and openssl.
# Exit 0: sealed by that key, and the chain of steps is whole. SPDX-License-Identifier: Apache-2.0
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import zipfile

HASHED = ("prev_hash", "act_id", "seq", "at_ms", "step", "from", "to", "person_id", "person_name", "role", "organisation_id",
          "factors", "convention_id", "convention_version", "why", "data")


def read(place, name):
    if zipfile.is_zipfile(place):
        with zipfile.ZipFile(place) as z:
            return z.read(name)
    with open(os.path.join(place, name), "rb") as f:
        return f.read()


def sealed(content, seal, key):
    kind, _, value = seal.decode("ascii").strip().partition(" ")
    if kind != "ed25519":
        return False
    with tempfile.TemporaryDirectory() as folder:
        text, signature = os.path.join(folder, "text"), os.path.join(folder, "signature")
        with open(text, "wb") as f:
            f.write(b"beclere-dossier-1\n" + hashlib.sha256(content).hexdigest().encode())
        with open(signature, "wb") as f:
            f.write(bytes.fromhex(value))
        return subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin", "-in", text, "-sigfile", signature],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0


def event_hash(event):
    h = hashlib.sha256()
    for name in HASHED:
        field = str(event[name]).encode()
        h.update(len(field).to_bytes(8, "big") + field)
    return h.hexdigest()


def first_broken(events):
    previous = events[0]["prev_hash"] if events else ""
    for place, event in enumerate(events, 1):
        if event["seq"] != place or event["prev_hash"] != previous or event_hash(event) != event["hash"]:
            return place
        previous = event["hash"]
    return 0


def main():
    if len(sys.argv) != 3:
        sys.exit("verify-dossier.py FOLDER-OR-ZIP PUBLIC-KEY")
    content = read(sys.argv[1], "dossier.json")
    if not sealed(content, read(sys.argv[1], "dossier.json.sig"), sys.argv[2]):
        sys.exit("NOT SEALED by this key, or altered since")
    dossier = json.loads(content)
    broken = first_broken(dossier["events"])
    if broken:
        sys.exit(f"SEALED, but the chain of steps is broken at {broken}")
    print(f"act {dossier['act']['number']}: sealed, {len(dossier['events'])} steps, whole")


main()
