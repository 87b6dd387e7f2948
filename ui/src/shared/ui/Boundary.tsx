/*
 * A part of the page that stopped takes nothing else down, and says how to go on.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Button, Code, Text } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from './Icon';

export function Stopped({ error, reset }: { error: unknown; reset: () => void }) {
  const { t } = useTranslation();
  return (
    <Alert m="md" className="failed" icon={<Icon name="warning" />} title={t('common.error.title')} role="alert">
      <Text size="sm">{t('common.error.text')}</Text>
      <Code block mt="xs" className="stopped-detail">{error instanceof Error ? error.message : String(error)}</Code>
      <Button mt="sm" size="xs" variant="default" onClick={reset}>{t('common.retry')}</Button>
    </Alert>
  );
}

export class Boundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: null as unknown };
  static getDerivedStateFromError(error: unknown) {
    return { error };
  }
  override render() {
    return this.state.error ? <Stopped error={this.state.error} reset={() => this.setState({ error: null })} /> : this.props.children;
  }
}
