/*
 * The session around the page: who is signed in, signing in again over the page, leaving.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { notifications } from '@mantine/notifications';
import i18n from 'i18next';
import { ApiError, setSignInAgain } from '@/shared/api/client';
import { getMe, meKey, useMe } from '@/shared/api/requests/me';
import { signOut } from '@/shared/api/requests/signOut';
import type { Me } from '@/shared/api/types';
import { Failed, Waiting } from '@/shared/ui/Blocks';
import { PatientEnrolPage } from '@/features/patient';
import { EnrolPage, SignInDialog, SignInPage } from '@/features/sign-in';
import { PatientSignInPage } from './patientSignIn';
import { atPatients } from './theme';

interface Session { me: Me; leave: () => Promise<void> }
const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession outside a session');
  return session;
}

export function SessionGate({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const me = useMe();
  const [again, setAgain] = useState(false);
  const waiting = useRef<((result: 'same-person' | 'gave-up') => void)[]>([]);
  // Who was in stays known when the session ends: the page and what was typed stay, and the dialog asks for the same person.
  const [known, setKnown] = useState<Me | null>(null);
  const current = me.data?.full ? me.data : known;
  const person = current?.person.id ?? null;
  const ended = known !== null && me.data !== undefined && !me.data?.full;
  useEffect(() => {
    if (me.data?.full) setKnown(me.data);
  }, [me.data]);

  const settle = useCallback((result: 'same-person' | 'gave-up') => {
    setAgain(false);
    waiting.current.splice(0).forEach((resolve) => resolve(result));
  }, []);

  useEffect(() => {
    setSignInAgain(person === null ? null : () => new Promise((resolve) => {
      waiting.current.push(resolve);
      setAgain(true);
    }));
    return () => setSignInAgain(null);
  }, [person]);

  const signedInAgain = useCallback(async () => {
    const now = await getMe();
    if (!now?.full || now.person.id !== person) {
      location.assign('/'); // somebody else, or an account to be set up anew: nothing of the page before may be seen or sent
      return;
    }
    client.setQueryData(meKey, now);
    settle('same-person');
    void client.invalidateQueries();
  }, [client, person, settle]);

  const leave = useCallback(async () => {
    let there: string | undefined;
    try {
      there = (await signOut()).end_session;
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 401)) {
        notifications.show({ color: 'red', title: i18n.t('shell.stillIn'), message: error instanceof Error ? error.message : '' });
        return; // never pretend: the session is still open
      }
    }
    client.clear();
    location.assign(there ?? (atPatients() ? '/patient' : '/'));
  }, [client]);

  const session = useMemo(() => (current ? { me: current, leave } : null), [current, leave]);

  if (!session && me.isPending) return <div className="sign-in"><div className="sign-in-box"><Waiting rows={3} /></div></div>;
  if (!session && me.isError && !me.data) return <div className="sign-in"><div className="sign-in-box"><Failed error={me.error} retry={() => void me.refetch()} /></div></div>;
  const refresh = async () => void client.setQueryData(meKey, await getMe());
  const SignIn = atPatients() ? PatientSignInPage : SignInPage;
  if (!session && !me.data) return <SignIn onDone={refresh} />;
  if (!session && me.data?.must_enrol && me.data.holder) return <PatientEnrolPage me={me.data} onDone={refresh} />;
  if (!session && me.data?.must_enrol) return <EnrolPage onDone={refresh} onLeave={leave} />;
  if (!session) return <SignIn onDone={refresh} secondFactorDue onRestart={leave} />;
  return (
    <SessionContext.Provider value={session}>
      {children}
      <SignInDialog opened={again || ended} login={session.me.person.login} onDone={signedInAgain} onLeave={() => void leave()} />
    </SessionContext.Provider>
  );
}
