/*
 * The look: a dark reading room first, a light page for wards; every pair of colours holds AA contrast.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { setNonce } from 'get-nonce';
import { createTheme, type CSSVariablesResolver } from '@mantine/core';

export const theme = createTheme({
  primaryColor: 'cyan',
  primaryShade: { light: 9, dark: 9 },
  autoContrast: true,
  defaultRadius: 'sm',
  respectReducedMotion: true,
  cursorType: 'pointer',
  fontFamily: 'Inter, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif',
  fontFamilyMonospace: '"JetBrains Mono", "Cascadia Mono", "DejaVu Sans Mono", "Liberation Mono", monospace',
  headings: { fontWeight: '650' },
  focusRing: 'auto',
  colors: {
    dark: ['#DCE2EA', '#BAC4CF', '#9AA7B6', '#8593A3', '#3A4653', '#2B3540', '#1B2229', '#12171C', '#0C1014', '#07090C'],
  },
  components: {
    Tooltip: { defaultProps: { openDelay: 300 } },
    Modal: { defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.6 } } },
    Badge: { defaultProps: { variant: 'filled' } },
  },
});

/* A pressed or hovered button gets darker, never lighter: white on it stays readable. */
const hovered = { '--mantine-primary-color-filled-hover': '#095c6b', '--mantine-color-cyan-filled-hover': '#095c6b' };

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  dark: {
    ...hovered,
    '--mantine-color-error': 'var(--mantine-color-red-4)',
    '--mantine-color-anchor': 'var(--mantine-color-cyan-4)',
    '--mantine-color-placeholder': 'var(--mantine-color-dark-2)',
  },
  light: { ...hovered, '--mantine-color-error': 'var(--mantine-color-red-9)', '--mantine-color-dimmed': '#4b5661', '--mantine-color-placeholder': '#66717c' },
});

/* The patient's page is light, whatever the post was set to. */
export const atPatients = () => /^\/patient(\/|$)/.test(location.pathname);

/* Written into the page by the edge, a new one per answer. */
export const styleNonce = () => document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
setNonce(styleNonce()); // the dialogs' scroll lock writes its own <style>
