#!/usr/bin/env python3
# A chain of a million lines (BENCH_LINES), checked by tools/verify-trace.py: whole, flipped, deleted, moved, backdated; each named, and the time it took.
# SPDX-License-Identifier: Apache-2.0
import importlib.util
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
spec = importlib.util.spec_from_file_location("verify_trace", os.path.join(ROOT, "tools", "verify-trace.py"))
verify_trace = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verify_trace)
LINES = int(os.environ.get("BENCH_LINES", "1000000"))
AT = LINES // 2


def schema():
    """The tables as the migrations make them."""
    folder = os.path.join(ROOT, "server", "schema")
    with open(os.path.join(folder, "0003_audit.sql"), encoding="utf-8") as f:
        return f.read()


def lines():
    previous = verify_trace.FIRST
    for i in range(1, LINES + 1):
        row = (i, 1700000000000 + i * 40, i % 300, i % 7, i % 90000, i % 120000, "view-image", "ok", f"imageur{i % 300}", "password+totp", f"192.0.2.{i % 250}",
               "GET /dicom-web/studies/{study}/series/{series}/instances/{instance}/frames/{list}", f"2.25.{i * 7919}", "", previous)
        previous = verify_trace.line_hash(row)
        yield row + (previous,)


def main():
    with tempfile.TemporaryDirectory() as folder:
        whole, other = os.path.join(folder, "whole.db"), os.path.join(folder, "other.db")
        db = sqlite3.connect(whole)
        db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + schema())
        db.executemany(f"INSERT INTO audit_line ({verify_trace.COLUMNS}, hash) VALUES ({', '.join('?' * 16)})", lines())
        db.execute("UPDATE audit_head SET lines = ?, hash = (SELECT hash FROM audit_line WHERE id = ?)", (LINES, LINES))
        db.commit()
        db.close()
        print(f"{LINES} lines, {os.path.getsize(whole) >> 20} MB")
        for name, change in (("whole", ""), ("flipped", f"UPDATE audit_line SET outcome = 'failed' WHERE id = {AT}"), ("deleted", f"DELETE FROM audit_line WHERE id = {AT}"),
                             ("moved", f"UPDATE audit_line SET id = -1 WHERE id = {AT}; UPDATE audit_line SET id = {AT} WHERE id = {LINES - 1}; UPDATE audit_line SET id = {LINES - 1} WHERE id = -1"),
                             ("backdated", f"UPDATE audit_line SET at_ms = at_ms - 86400000 WHERE id = {AT}"), ("cut off", f"DELETE FROM audit_line WHERE id = {LINES}")):
            shutil.copyfile(whole, other)
            db = sqlite3.connect(other)
            db.executescript(change)
            db.close()
            began = time.monotonic()
            said = subprocess.run([sys.executable, os.path.join(ROOT, "tools", "verify-trace.py"), other], capture_output=True, text=True, check=False).stdout.strip()
            print(f"{name:10} {time.monotonic() - began:5.1f} s  {said}")


main()
