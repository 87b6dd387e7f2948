/*
 * One section of the report being written: Tab writes a phrase out or goes to the next field, else it leaves as anywhere.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Anchor, Group, Input, Textarea } from '@mantine/core';
import type { KeyboardEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Part } from './content';
import { expand, fieldFrom, hasFields, type Values } from './fields';

/* As if it were typed, so that Ctrl+Z takes it back; then from–to is chosen. */
export function typeInto(area: HTMLTextAreaElement, start: number, end: number, put: string, from: number, to: number) {
  area.focus();
  area.setSelectionRange(start, end);
  document.execCommand('insertText', false, put);
  area.setSelectionRange(from, to);
}

export interface Helping { phrases: ReadonlyMap<string, string>; values: Values }

export function Area({ part, rows, value, label, offered, help, above, below, beside, onChange }: {
  part: Part; rows: number; value: string; label?: string; offered?: string; help: Helping; above?: ReactNode; below?: ReactNode; beside?: ReactNode; onChange: (value: string) => void;
}) {
  const { t } = useTranslation();
  const key = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key !== 'Tab' || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return;
    const area = event.currentTarget;
    const edit = area.selectionStart === area.selectionEnd ? expand(area.value, area.selectionStart, help.phrases, help.values) : null;
    const field = edit ? null : fieldFrom(area.value, area.selectionEnd);
    if (!edit && !field) return;
    event.preventDefault();
    if (edit) typeInto(area, edit.start, area.selectionStart, edit.put, edit.from, edit.to);
    else if (field) area.setSelectionRange(field.from, field.to);
  };
  const writing = (
    <div>
      {above}
      <Group justify="space-between" gap="xs" mb={2}>
        <Input.Label htmlFor={`report-${part}`} fw={600} size="sm">{label ?? t(`report.part.${part}`)}</Input.Label>
        {!value && offered && <Anchor component="button" type="button" size="xs" onClick={() => onChange(offered)}>{t('report.takeOffered')}</Anchor>}
      </Group>
      <Textarea id={`report-${part}`} className="report-text" autosize minRows={rows} maxRows={40} lang="fr" spellCheck={false} value={value} data-fields={hasFields(value) || undefined} onKeyDown={key} onChange={(e) => onChange(e.currentTarget.value)}
        placeholder={part === 'contact' ? t('report.contactExample') : undefined} />
      {hasFields(value) && <span className="report-hint" role="status">{t('report.fieldsLeft')}</span>}
      {below}
    </div>
  );
  return beside ? <div className="report-beside">{writing}{beside}</div> : writing;
}
