/*
 * The arrows of the page: app -> features -> shared. A feature never imports another one, shared imports neither,
 * only features/viewer imports Cornerstone3D, no import runs in a ring, and every file has its licence line.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const src = new URL('../src', import.meta.url).pathname;
const faults = [];
const graph = new Map();

function files(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : /\.(ts|tsx|css)$/.test(name) ? [path] : [];
  });
}

const floorOf = (path) => {
  const part = relative(src, path).split('/');
  return part[0] === 'features' ? `features/${part[1]}` : part[0];
};

function target(from, name) {
  const base = name.startsWith('@/') ? join(src, name.slice(2)) : resolve(dirname(from), name);
  return [base, `${base}.ts`, `${base}.tsx`, join(base, 'index.ts'), join(base, 'index.tsx')]
    .find((path) => existsSync(path) && statSync(path).isFile()) ?? base;
}

for (const file of files(src)) {
  const text = readFileSync(file, 'utf8');
  const here = floorOf(file);
  const say = (why) => faults.push(`ui/src/${relative(src, file)}: ${why}`);
  if (!text.includes('SPDX-License-Identifier: Apache-2.0')) say('no licence line');
  if (text.split('\n').length > 520) say('longer than 500 lines');
  const links = [];
  for (const [, , name] of text.matchAll(/(from|import)\s*\(?\s*['"]([^'"]+)['"]/g)) {
    if (/^(@cornerstonejs\/|dcmjs|dicom-parser)/.test(name) && here !== 'features/viewer') say(`only features/viewer may import ${name}`);
    if (!name.startsWith('.') && !name.startsWith('@/')) continue;
    const to = target(file, name);
    const there = floorOf(to);
    if (here.startsWith('features/') && there.startsWith('features/') && here !== there) say(`a feature imports another one: ${name}`);
    if (here.startsWith('features/') && there === 'app') say(`a feature imports the shell: ${name}`);
    if (here === 'shared' && there !== 'shared') say(`shared imports upwards: ${name}`);
    if (!text.includes(`import type`) || !new RegExp(`import type[^;]*['"]${name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}['"]`).test(text)) links.push(to);
  }
  graph.set(file, links);
}

const done = new Set();
function walk(file, trail) {
  if (trail.includes(file)) {
    faults.push('import ring: ' + [...trail.slice(trail.indexOf(file)), file].map((f) => relative(src, f)).join(' -> '));
    return;
  }
  if (done.has(file)) return;
  for (const next of graph.get(file) ?? []) walk(next, [...trail, file]);
  done.add(file);
}
for (const file of graph.keys()) walk(file, []);

for (const fault of faults) console.error(fault);
if (faults.length) process.exit(1);
console.log(`features: ${graph.size} files, arrows point down`);
