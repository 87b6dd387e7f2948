#!/usr/bin/env python3
"""Keeps logs of acts for the check of ACT_FOLD_VERSION (tests/unit/clinic/workflow/test_act_fold_version.c).

    BECLERE_KEEP=/tmp/kept node --test scenarios/after.test.mjs   # in tests/: the databases of its houses stay
    tools/keep-logs.py /tmp/kept/*.db

Adds, to the logs kept already, those acts that bring the most steps not yet known; a log that is kept never changes.
SPDX-License-Identifier: Apache-2.0
"""
import json
import pathlib
import sqlite3
import sys

KEPT = pathlib.Path(__file__).resolve().parent.parent / 'tests/unit/clinic/workflow/fold_logs.json'
COLUMNS = ('seq at_ms step from_state to_state person_id person_name role organisation_id factors convention_id convention_version why data').split()


def logs_of(path):
    db = sqlite3.connect(f'file:{path}?mode=ro', uri=True)
    acts = {}
    for act_id, *row in db.execute(f"SELECT act_id, {', '.join(COLUMNS)} FROM act_event ORDER BY act_id, seq"):
        event = dict(zip(COLUMNS, row))
        event['from'], event['to'], event['data'] = event.pop('from_state'), event.pop('to_state'), json.loads(event['data'])
        acts.setdefault(act_id, []).append({name: value for name, value in event.items() if value not in (None, '', 0)})
    return [{'events': events} for events in acts.values()]


def marks(log):  # a step in a kind of act
    kind = log['events'][0]['data'].get('kind', '')
    return {(kind, event['step']) for event in log['events']}


kept = json.loads(KEPT.read_text()) if KEPT.exists() else []
known = set().union(*map(marks, kept)) if kept else set()
found = [log for path in sys.argv[1:] for log in logs_of(path)]
while found:
    best = max(found, key=lambda log: len(marks(log) - known) / (20 + len(log['events'])))
    if not marks(best) - known:
        break
    known |= marks(best)
    kept.append(best)
    found.remove(best)
lines = ',\n'.join('{"events":[\n' + ',\n'.join(json.dumps(event, ensure_ascii=False, separators=(',', ':')) for event in log['events']) + '\n]}' for log in kept)
KEPT.write_text(f'[{lines}]\n')
print(f"{len(kept)} logs, {sum(len(log['events']) for log in kept)} events, {len({step for _, step in known})} steps")
