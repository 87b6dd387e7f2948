/*
 * The skills of a team on one page: everybody against what is asked of them, what ends within 60, 30 or 7 days, a file a touch away; printable. L1, L11, S5, O6
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, Select, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Kind, type SkillCell, type SkillPerson, type Skills, useRules, useSkills } from '@/shared/api/requests/staff';
import { birthDate, dayOf } from '@/shared/format/dates';
import { useText } from '@/shared/i18n/useText';
import { Empty, Loaded } from '@/shared/ui/Blocks';
import { Icon, type IconName } from '@/shared/ui/Icon';
import { Frame, useOrganisationChoice, useOrganisationName } from './Frame';
import { lacks, lasts, type Within, WITHIN } from './skills';

export function SkillsPage() {
  const { t } = useTranslation();
  const { organisation, choice } = useOrganisationChoice();
  const skills = useSkills(organisation);
  const rules = useRules();
  return (
    <Frame title={t('staff.skills')} text={t('staff.skillsLead')} aside={choice}>
      <Loaded query={skills} rows={8}>{(found) => <Loaded query={rules} rows={8}>{({ kinds }) => <Matrix key={organisation} found={found} kinds={kinds} />}</Loaded>}</Loaded>
    </Frame>
  );
}

function Matrix({ found, kinds }: { found: Skills; kinds: Kind[] }) {
  const { t } = useTranslation();
  const text = useText();
  const organisation = useOrganisationName();
  const [role, setRole] = useState('');
  const [within, setWithin] = useState<Within>('all');
  const roles = [...new Set(found.people.flatMap((one) => one.roles))];
  const ofRole = found.people.filter((one) => !role || one.roles.includes(role));
  const people = ofRole.filter((one) => lasts(one, within, found.procedures));
  const columns = kinds.filter((kind) => people.some((one) => one.cells[kind.code]));
  const procedures = people.some((one) => one.procedures.length);
  if (!found.people.length) return <Empty icon="people" title={t('staff.nobody')} />;
  return (
    <>
      <Group align="end" gap="sm" mb="md" className="skills-choice">
        <Select label={t('staff.role')} w={{ base: '100%', xs: 260 }} value={role} allowDeselect={false} data={[{ value: '', label: t('staff.everyRole') }, ...roles.map((one) => ({ value: one, label: text('role', one) }))]} onChange={(value) => setRole(value ?? '')} />
        <Select label={t('staff.within')} w={{ base: '100%', xs: 260 }} value={within} allowDeselect={false} data={WITHIN.map((value) => ({ value, label: t(`staff.within.${value}`) }))} onChange={(value) => setWithin((value ?? 'all') as Within)} />
        <Button variant="default" leftSection={<Icon name="document" size={14} />} onClick={() => window.print()}>{t('staff.print')}</Button>
      </Group>
      <Text size="sm" mb="sm" role="status">{t('staff.skillsCount', { shown: people.length, all: ofRole.length, lacking: ofRole.filter((one) => lacks(one, found.procedures)).length })}</Text>
      <Text className="skills-printed" size="sm">{organisation(found.organisation_id)} · {birthDate(found.day)}</Text>
      {people.length ? (
        <div className="skills-scroll" tabIndex={0} role="region" aria-label={t('staff.skills')}>
          <table className="skills" aria-label={t('staff.skills')}>
            <thead>
              <tr>
                <th scope="col">{t('staff.who')}</th>
                {columns.map((kind) => <th key={kind.code} scope="col">{kind.label}</th>)}
                {procedures && <th scope="col">{t('staff.skillsProcedures')}</th>}
              </tr>
            </thead>
            <tbody>{people.map((one) => <Row key={one.id} one={one} columns={columns} found={found} procedures={procedures} />)}</tbody>
          </table>
        </div>
      ) : <Empty icon="check" title={t('staff.skillsNone')} />}
      <p className="skills-key">{t('staff.skillsKey')}</p>
    </>
  );
}

function Row({ one, columns, found, procedures }: { one: SkillPerson; columns: Kind[]; found: Skills; procedures: boolean }) {
  const text = useText();
  const { t } = useTranslation();
  return (
    <tr data-person={one.id}>
      <th scope="row"><Link to={`/staff/people/${one.id}`}>{one.name}</Link><span className="sub">{one.roles.map((role) => text('role', role)).join(', ')}</span></th>
      {columns.map((kind) => <td key={kind.code} data-label={kind.label} data-skill={kind.code}><Cell cell={one.cells[kind.code]} /></td>)}
      {procedures && (
        <td data-label={t('staff.skillsProcedures')} data-skill="procedures">
          <ul>{one.procedures.map((line) => <Procedure key={line.id} line={line} found={found} />)}</ul>
        </td>
      )}
    </tr>
  );
}

const MARKS: Record<string, [tone: string, icon: IconName]> = { valid: ['good', 'check'], soon: ['soon', 'clock'], unverified: ['wait', 'clock'], ahead: ['wait', 'clock'], failed: ['alarm', 'warning'], expired: ['alarm', 'warning'], missing: ['alarm', 'warning'] };

/* Said in words beside its sign: nobody reads a colour alone. */
function Mark({ state, words }: { state: string; words: string }) {
  const [tone, icon] = MARKS[state] ?? ['quiet', 'clock'];
  return <span className={`skill tone-${tone}`}><Icon name={icon} size={13} /> {words}</span>;
}

function Cell({ cell }: { cell?: SkillCell }) {
  const { t } = useTranslation();
  if (!cell) return <span className="sub">—</span>;
  const bad = cell.state === 'missing' || cell.state === 'expired' || cell.state === 'failed';
  return (
    <>
      <Mark state={bad && !cell.blocks ? 'soon' : cell.state} words={cell.state === 'valid' && cell.until ? birthDate(cell.until) : cell.state === 'soon' ? t('staff.inDays', { count: cell.days ?? 0, day: birthDate(cell.until) }) : t(`staff.state.${cell.state}`)} />
      {bad && <span className="sub">{t(!cell.required ? 'staff.notAsked' : !cell.blocks ? 'staff.state.warns' : cell.irradiating ? 'staff.blocksIrradiating' : 'staff.state.blocks')}{cell.until && `, ${birthDate(cell.until)}`}</span>}
    </>
  );
}

function Procedure({ line, found }: { line: SkillPerson['procedures'][number]; found: Skills }) {
  const { t } = useTranslation();
  const procedure = found.procedures.find((one) => one.id === line.id);
  if (!procedure) return null;
  const signed = line.signed_version === procedure.version;
  const { check } = line;
  return (
    <li>
      <abbr title={procedure.title}>{procedure.code}</abbr>{' '}
      <Mark state={signed ? 'valid' : 'missing'} words={signed ? t('staff.signedOn', { day: dayOf(line.signed_at_ms ?? 0) }) : line.signed_version ? t('staff.signedOld', { version: line.signed_version }) : t('staff.toSign')} />
      {check && <span className="sub"><Mark state={check.state} words={check.on ? [check.state !== 'valid' && t(`staff.state.${check.state}`), t('staff.checkedBy', { name: check.by ?? '—', day: birthDate(check.on) }), check.until && t('staff.until', { day: birthDate(check.until) })].filter(Boolean).join(', ') : t('staff.notChecked')} /></span>}
    </li>
  );
}
