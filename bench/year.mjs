// A year of a synthetic region through the API on a walking clock: how long it takes, what it leaves, and what the lists cost after it. YEAR_ACTS, YEAR_DAYS, YEAR_SEED.
// SPDX-License-Identifier: Apache-2.0
import { House } from '../tests/house.mjs';
import { Year, audit } from '../tests/year.mjs';

const acts = Number(process.env.YEAR_ACTS ?? 10000), days = Number(process.env.YEAR_DAYS ?? 330), seed = Number(process.env.YEAR_SEED ?? 20260101);
const house = await House.start();
try {
  const year = new Year(house, { acts, days, seed, say: console.log });
  const began = Date.now();
  await year.run();
  const seconds = (Date.now() - began) / 1000;
  console.log(`the year is over after ${seconds.toFixed(0)} s, ${year.requests} requests`);
  const found = audit(house);
  console.log(`${found.acts} acts over ${days} days in ${seconds.toFixed(0)} s: ${found.events} events, ${year.requests} requests (${(year.requests / seconds).toFixed(0)}/s)`);
  console.log(`delays that passed ${found.overdue}, calls ${found.called}, passed without a call ${found.silent.length}; open ${found.open.length}, stuck ${found.stuck.length}`);
  for (const one of found.silent.slice(0, 5)) console.log(JSON.stringify(one));
  for (const one of found.open.slice(0, 10)) console.log(JSON.stringify(one));
  console.log([...year.met].map(([word, n]) => `${word} ${n}`).join(', '));
  for (const one of year.defects.slice(0, 40)) console.log(`  ${one}`);
  const whole = house.run(['verify', '--config', house.config], { timeout: 3600000 });
  console.log(whole.stdout);
  if (year.defects.length || found.open.length || found.silent.length || whole.status) process.exitCode = 1;
} finally {
  await house.close();
}
