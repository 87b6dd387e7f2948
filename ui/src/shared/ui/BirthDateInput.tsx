/*
 * A date typed day first (05/03/1970), kept as 'YYYY-MM-DD'. Never read as month first.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { DateInput, type DateInputProps } from '@mantine/dates';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

export function BirthDateInput(props: Omit<DateInputProps, 'valueFormat'>) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(!props.autoFocus); // who arrives with the focus here types: no calendar over the fields below
  return (
    <DateInput valueFormat="DD/MM/YYYY" placeholder={t('common.datePlaceholder')} maxDate={new Date().toISOString().slice(0, 10)} clearable
      defaultLevel="decade" clearButtonProps={{ 'aria-label': t('common.clear') }} popoverProps={{ withinPortal: true, disabled: !asked }} onClick={() => setAsked(true)}
      nextLabel={t('common.later')} previousLabel={t('common.earlier')} {...props} />
  );
}
