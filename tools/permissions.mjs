#!/usr/bin/env node
// Who may do what, written by the program itself into docs/permissions.md; --check: ends with 1 when that page is out of date.
// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const ROOT = path.join(path.dirname(new URL(import.meta.url).pathname), '..');
const page = path.join(ROOT, 'docs', 'permissions.md');
const text = execFileSync(path.join(ROOT, 'build', process.env.BECLERE_PRESET ?? 'asan', 'beclere'), ['permissions'], { encoding: 'utf8', maxBuffer: 1 << 22 });
if (!process.argv.includes('--check')) fs.writeFileSync(page, text);
else if (!fs.existsSync(page) || fs.readFileSync(page, 'utf8') !== text) {
  console.error('docs/permissions.md is out of date: node tools/permissions.mjs writes it.');
  process.exit(1);
}
