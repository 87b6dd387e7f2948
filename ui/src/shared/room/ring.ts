/*
 * A call that rings: its tone, the browser's own notice where that is allowed, and which call rings for whom. Mostly pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { ActEvent } from '@/shared/api/types';
import type { Seat } from './session';

export interface Ringing { act: number; id: number; from: string; to: Seat; text: string }
interface Ring { person_id: number }

const ringsIn = (event: ActEvent) => (Array.isArray(event.data?.rings) ? (event.data.rings as Ring[]) : []);

/* What rings for this person after the event; 'was' what rang before. A call that goes on to somebody else, or ends, falls silent. */
export function ringAfter(was: Ringing | null, event: ActEvent, me: number, known: (id: number) => { from: string; to: string } | undefined): Ringing | null {
  const id = event.step === 'call' ? event.seq : Number(event.data?.id);
  if (event.step === 'call' || event.step === 'call-passed') {
    if (!ringsIn(event).some((one) => one.person_id === me)) return was?.act === event.act_id && was.id === id ? null : was;
    const of = event.step === 'call' ? { from: event.by.name, to: String(event.data?.to) } : known(id);
    return { act: event.act_id, id, from: of?.from ?? '', to: (of?.to ?? 'imager') as Seat, text: typeof event.data?.text === 'string' ? event.data.text : '' };
  }
  const ends = ['call-answered', 'call-ended', 'call-missed'].includes(event.step) || (event.step === 'call-refused' && event.by.id === me);
  return ends && was?.act === event.act_id && was.id === id ? null : was;
}

/* Asked once, by an action of the person: browsers allow nothing else. */
export function askToNotify() {
  if ('Notification' in window && Notification.permission === 'default') void Notification.requestPermission();
}

/* Two soft tones every three seconds, until stopped; silent where the browser does not let a page sound yet. */
export function ringTone(): () => void {
  const context = new AudioContext();
  const beep = (at: number, pitch: number) => {
    const tone = context.createOscillator(), loud = context.createGain();
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0, at);
    loud.gain.linearRampToValueAtTime(0.12, at + 0.05);
    loud.gain.linearRampToValueAtTime(0, at + 0.4);
    tone.connect(loud).connect(context.destination);
    tone.start(at);
    tone.stop(at + 0.45);
  };
  const ring = () => { beep(context.currentTime, 660); beep(context.currentTime + 0.5, 520); };
  ring();
  const timer = setInterval(ring, 3000);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}

export function notice(title: string, body: string, onClick: () => void): () => void {
  if (!('Notification' in window) || Notification.permission !== 'granted' || document.visibilityState === 'visible') return () => undefined;
  const shown = new Notification(title, { body, tag: 'beclere-call', requireInteraction: true });
  shown.onclick = () => { window.focus(); onClick(); };
  return () => shown.close();
}
