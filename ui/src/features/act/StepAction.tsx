/*
 * One step as a button: done at once, after a question, or through its form. Not offered: not there. Not allowed yet: says what is missing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useDoStep } from '@/shared/api/requests/doStep';
import type { Act, StepOffer } from '@/shared/api/types';
import { ASKED_FIRST, STEP_FIELDS, type Values } from '@/shared/steps/fields';
import { StepForm } from '@/shared/steps/StepForm';
import { MissingList, Refusal } from '@/shared/ui/Blocks';
import { ChangeProtocolForm } from './forms/ChangeProtocolForm';
import { AnswerExaminationForm, AskExaminationForm } from './forms/ExaminationForms';
import { IdentityForm } from './forms/IdentityForm';
import { AssignForm } from './forms/AssignForm';
import { InviteForm } from './forms/InviteForm';
import { LocalPhysicianForm } from './forms/LocalPhysicianForm';
import { PlanForm } from './forms/PlanForm';
import { SettleDrugForm } from './forms/SettleDrugForm';
import { VerdictForm } from './forms/VerdictForm';

export const offerOf = (act: Act, step: string): StepOffer | undefined => act.steps.find((one) => one.step === step);

/* Steps that live on another page. */
const ELSEWHERE: Record<string, string> = { 'edit-request': '/acts/$id/request', send: '/acts/$id/request', 'choose-images': '/acts/$id/request',
  sign: '/acts/$id/read', 'agree-report': '/acts/$id/read', 'give-opinion': '/acts/$id/read' };

type FormProps = { act: Act; label: string; onDone?: () => void; onCancel?: () => void; preset?: Values };
/* Forms of steps that every kind of act has. */
const FOR_ALL: Record<string, (props: FormProps) => ReactNode> = {
  'order-examination': (props) => <AskExaminationForm {...props} />,
  'answer-examination': (props) => <AnswerExaminationForm {...props} />,
  'settle-drug': (props) => <SettleDrugForm {...props} />,
  'invite-experts': (props) => <InviteForm {...props} />,
};
const DESIGNED: Record<string, (props: FormProps) => ReactNode> = {
  accept: (props) => <VerdictForm {...props} />,
  'change-protocol': (props) => <ChangeProtocolForm {...props} />,
  plan: (props) => <PlanForm {...props} />,
  'check-identity': (props) => <IdentityForm {...props} />,
  'name-local-physician': (props) => <LocalPhysicianForm {...props} />,
  assign: (props) => <AssignForm {...props} />,
};

export function StepAction({ act, step, quiet, size = 'sm', label, preset, hide, withMissing = true }: {
  act: Act; step: string; quiet?: boolean; size?: 'xs' | 'sm' | 'md' | 'lg'; label?: string; preset?: Values; hide?: string[]; withMissing?: boolean;
}) {
  const { t } = useTranslation();
  const [opened, open] = useDisclosure(false);
  const doStep = useDoStep(act.id);
  const offer = offerOf(act, step);
  if (!offer) return null;
  const text = label ?? t(`step.${step}`, { defaultValue: offer.label });
  const variant = quiet || !offer.allowed ? 'default' : 'filled';

  const elsewhere = ELSEWHERE[step];
  if (elsewhere)
    return <Button component={Link} to={elsewhere} params={{ id: String(act.id) } as never} variant={variant} size={size}>{text}</Button>;

  const designed = FOR_ALL[step] ?? (act.kind === 'remote-exam' ? DESIGNED[step] : undefined);
  const form = designed ?? (STEP_FIELDS[step] ? (props: FormProps) => <StepForm {...props} step={step} preset={preset} hide={hide} /> : null);
  const press = () => (form || ASKED_FIRST.has(step) ? open.open() : doStep.mutate({ step }));
  return (
    <Stack gap={6} align="flex-start">
      <Button variant={variant} size={size} disabled={!offer.allowed} loading={doStep.isPending && !opened} onClick={press} data-step={step}>{text}</Button>
      {!offer.allowed && withMissing && <MissingList missing={offer.missing} />}
      {!opened && <Refusal error={doStep.error} />}
      <Modal opened={opened} onClose={open.close} title={text} size={step === 'accept' || step === 'plan' || step === 'change-protocol' ? 'xl' : FOR_ALL[step] ? 'lg' : 'md'} closeButtonProps={{ 'aria-label': t('common.close') }}>
        {form ? form({ act, label: text, onDone: open.close, onCancel: open.close, preset }) : (
          <Stack>
            <Text>{t(`ask.${step}`)}</Text>
            <Refusal error={doStep.error} />
            <Group justify="flex-end">
              <Button variant="default" onClick={open.close}>{t('common.cancel')}</Button>
              <Button loading={doStep.isPending} onClick={() => doStep.mutate({ step }, { onSuccess: open.close })} data-autofocus>{text}</Button>
            </Group>
          </Stack>
        )}
      </Modal>
    </Stack>
  );
}
