/*
 * What the person sees of the pattern. The page asks and sends: it does not know the answers, the server judges. O4
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAnswerCheck, type Verdict } from '@/shared/api/requests/display';
import { Refusal } from '@/shared/ui/Blocks';

const ROWS = ['dark', 'middle', 'light'] as const;
const CHOICES = {
  dark: ['top-left', 'top-right', 'bottom-left', 'bottom-right', 'none'], light: ['top-left', 'top-right', 'bottom-left', 'bottom-right', 'none'],
  lines_left: ['horizontal', 'vertical', 'grey'], lines_right: ['horizontal', 'vertical', 'grey'],
  geometry: ['yes', 'no'], uniform: ['yes', 'no'], ambient: ['under-20', '20-40', 'over-40'],
} as const;
type Choice = keyof typeof CHOICES;

const number = (text: string) => (text.trim() ? Number(text.replace(',', '.')) : null);

export function Questions({ id, minutes, onDone, onStop }: { id: number; minutes: number; onDone: (verdict: Verdict) => void; onStop: () => void }) {
  const { t } = useTranslation();
  const answer = useAnswerCheck();
  const [letters, setLetters] = useState(['', '', '']);
  const [typed, setTyped] = useState({ steps: '', squares: '', luminance_max: '', luminance_min: '' });
  const [chosen, setChosen] = useState<Partial<Record<Choice, string>>>({});
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { geometry, uniform, ...rest } = chosen;
    answer.mutate({ id, answers: { letters, steps: Number(typed.steps), squares: Number(typed.squares), ...rest, geometry: geometry === 'yes', uniform: uniform === 'yes',
      luminance_max: number(typed.luminance_max), luminance_min: number(typed.luminance_min) } }, { onSuccess: onDone });
  };
  const choice = (name: Choice) => (
    <NativeSelect key={name} size="xs" label={t(`display.q.${name}`)} required withAsterisk={false} value={chosen[name] ?? ''} onChange={(e) => setChosen({ ...chosen, [name]: e.currentTarget.value })}
      data={[{ value: '', label: t('display.choose') }, ...CHOICES[name].map((one) => ({ value: one, label: t(`display.a.${one}`) }))]} />
  );
  const count = (name: 'steps' | 'squares') => (
    <TextInput size="xs" label={t(`display.q.${name}`)} required withAsterisk={false} inputMode="numeric" pattern="[0-9]{1,2}" maxLength={2} value={typed[name]} onChange={(e) => setTyped({ ...typed, [name]: e.currentTarget.value })} />
  );
  const luminance = (name: 'luminance_max' | 'luminance_min') => (
    <TextInput size="xs" label={t(`display.q.${name}`)} inputMode="decimal" pattern="[0-9]{1,5}([.,][0-9]{1,3})?" value={typed[name]} onChange={(e) => setTyped({ ...typed, [name]: e.currentTarget.value })} />
  );
  return (
    <form onSubmit={submit} className="display-questions" aria-label={t('display.questions')}>
      <Stack gap={10}>
        <Text size="xs" c="dimmed">{t('display.within', { count: minutes })}</Text>
        <fieldset>
          <legend>{t('display.letters')}</legend>
          <Text size="xs" c="dimmed">{t('display.lettersText')}</Text>
          {ROWS.map((row, n) => (
            <TextInput key={row} size="xs" className="display-letters" label={t(`display.row.${row}`)} required withAsterisk={false} autoComplete="off" autoCapitalize="characters" spellCheck={false} maxLength={6} pattern="[A-Za-z\-]{6}" title={t('display.lettersText')}
              value={letters[n]} onChange={(e) => { const { value } = e.currentTarget; setLetters(letters.map((one, at) => (at === n ? value.toUpperCase() : one))); }} />
          ))}
        </fieldset>
        <fieldset><legend>{t('display.stairs')}</legend>{count('steps')}{count('squares')}</fieldset>
        <fieldset><legend>{t('display.extremes')}</legend>{choice('dark')}{choice('light')}</fieldset>
        <fieldset><legend>{t('display.lines')}</legend>{choice('lines_left')}{choice('lines_right')}</fieldset>
        <fieldset><legend>{t('display.whole')}</legend>{choice('geometry')}{choice('uniform')}{choice('ambient')}</fieldset>
        <fieldset><legend>{t('display.photometer')}</legend>{luminance('luminance_max')}{luminance('luminance_min')}</fieldset>
        <Refusal error={answer.error} />
        <Group gap={6}>
          <Button type="submit" size="sm" loading={answer.isPending}>{t('display.send')}</Button>
          <Button size="sm" variant="default" onClick={onStop}>{t('display.stop')}</Button>
        </Group>
      </Stack>
    </form>
  );
}
