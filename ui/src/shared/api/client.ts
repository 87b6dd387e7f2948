/*
 * The one door to the server: JSON in, JSON out, refusals as ApiError, sign-in asked over the page when the session ended.
 *
 * A request refused with 401 waits until the same person has signed in again, then is sent once more, so nothing typed is lost.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Missing } from './types';

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly kind: string,
    text: string,
    readonly missing: Missing[] = [],
    readonly body: unknown = null,
  ) {
    super(text);
    this.name = 'ApiError';
  }
}

interface Ways {
  csrf: string;
  language: string;
  signInAgain: (() => Promise<'same-person' | 'gave-up'>) | null;
  unreachableText: () => string;
}
const ways: Ways = { csrf: '', language: 'fr', signInAgain: null, unreachableText: () => '' };

/* The shell tells the client what it needs to know; nobody else calls these. */
export const setCsrf = (csrf: string) => void (ways.csrf = csrf);
export const setLanguage = (language: string) => void (ways.language = language);
export const setSignInAgain = (ask: Ways['signInAgain']) => void (ways.signInAgain = ask);
export const setUnreachableText = (text: () => string) => void (ways.unreachableText = text);

/* Whether the last request reached the server: shown in the header, and told to those who listen. */
type Reach = (reached: boolean) => void;
const reachListeners = new Set<Reach>();
export function onReach(listener: Reach) {
  reachListeners.add(listener);
  return () => void reachListeners.delete(listener);
}

async function send(method: string, path: string, body: unknown): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': ways.language };
  if (method !== 'GET') {
    headers['X-CSRF'] = ways.csrf;
    if (body !== undefined) headers['Content-Type'] = 'application/json';
  }
  try {
    const answer = await fetch(path, { method, headers, credentials: 'same-origin', body: body === undefined ? null : JSON.stringify(body) });
    reachListeners.forEach((tell) => tell(true));
    return answer;
  } catch {
    reachListeners.forEach((tell) => tell(false));
    throw new ApiError(0, 'unreachable', ways.unreachableText());
  }
}

/* The server's refusal, whatever stands between it and us may have answered instead. */
export async function refusalOf(answer: Response): Promise<ApiError> {
  let body: unknown = null;
  try {
    body = await answer.json();
  } catch {
    /* a proxy's page, not ours */
  }
  const error = (body as { error?: { kind?: string; text?: string; missing?: Missing[] } } | null)?.error;
  return new ApiError(answer.status, error?.kind ?? 'unavailable', error?.text ?? ways.unreachableText(), error?.missing ?? [], body);
}

export interface CallOptions {
  /* A 401 is an answer like any other (sign-in itself, the first look at the session). */
  quiet401?: boolean;
}

async function call<T>(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<T> {
  let answer = await send(method, path, body);
  if (answer.status === 401 && !options.quiet401 && ways.signInAgain) {
    if ((await ways.signInAgain()) === 'same-person') answer = await send(method, path, body);
  }
  if (!answer.ok) throw await refusalOf(answer);
  if (answer.status === 204) return {} as T;
  return (await answer.json()) as T;
}

export const api = {
  get: <T>(path: string, options?: CallOptions) => call<T>('GET', path, undefined, options),
  post: <T>(path: string, body: unknown = {}, options?: CallOptions) => call<T>('POST', path, body, options),
  put: <T>(path: string, body: unknown, options?: CallOptions) => call<T>('PUT', path, body, options),
  delete: <T>(path: string, options?: CallOptions) => call<T>('DELETE', path, undefined, options),
};

/* A file as it is; answered and refused like any other call. */
export async function postBytes<T>(path: string, bytes: Blob): Promise<T> {
  const once = async () => {
    try {
      const answer = await fetch(path, {
        method: 'POST', credentials: 'same-origin', body: bytes,
        headers: { Accept: 'application/json', 'Accept-Language': ways.language, 'X-CSRF': ways.csrf, 'Content-Type': 'application/octet-stream' },
      });
      reachListeners.forEach((tell) => tell(true));
      return answer;
    } catch {
      reachListeners.forEach((tell) => tell(false));
      throw new ApiError(0, 'unreachable', ways.unreachableText());
    }
  };
  let answer = await once();
  if (answer.status === 401 && ways.signInAgain && (await ways.signInAgain()) === 'same-person') answer = await once();
  if (!answer.ok) throw await refusalOf(answer);
  return (await answer.json()) as T;
}

/* What is still to be said while the page goes: sent without waiting for an answer. */
export function sendLast(method: 'POST' | 'PUT', path: string, body: unknown): void {
  void fetch(path, {
    method, keepalive: true, credentials: 'same-origin', body: JSON.stringify(body),
    headers: { Accept: 'application/json', 'Accept-Language': ways.language, 'X-CSRF': ways.csrf, 'Content-Type': 'application/json' },
  }).catch(() => undefined);
}

/* A query string from what is there; empty values are left out. */
export function query(parts: Record<string, string | number | null | undefined>): string {
  const text = Object.entries(parts)
    .filter(([, value]) => value !== null && value !== undefined && value !== '')
    .map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`)
    .join('&');
  return text ? `?${text}` : '';
}
