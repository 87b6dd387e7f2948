/*
 * Opens the second window, on the other monitor where the browser may place it there; else it is a window one moves. E25.
 *
 * It opens first and moves afterwards: a question that the browser asks meanwhile would use up the key that was pressed.
 * Source: Window Management (W3C), getScreenDetails().
 *
 * SPDX-License-Identifier: Apache-2.0
 */
interface Monitor { availLeft: number; availTop: number; availWidth: number; availHeight: number }
interface Placing { screen: Screen & { isExtended?: boolean }; getScreenDetails?: () => Promise<{ screens: Monitor[]; currentScreen: Monitor }> }

const CLOSING_MS = 200;
const NAME = 'beclere-screen'; // one second window, whatever exam it shows
export type Opened = { popup: Window; placed: 'other' | 'one' | 'refused' } | 'blocked';

/* 'one': there is one monitor, or the browser does not say; 'refused': the person did not let it be placed. */
async function otherMonitor(from: Placing): Promise<Monitor | 'one' | 'refused'> {
  if (!from.getScreenDetails || !from.screen.isExtended) return 'one';
  try {
    const { screens, currentScreen } = await from.getScreenDetails();
    return screens.find((one) => one !== currentScreen) ?? 'one';
  } catch {
    return 'refused';
  }
}

export async function openSecond(address: string, from: Window = window): Promise<Opened> {
  const open = () => from.open(address, NAME, 'popup,width=1280,height=900');
  let popup = open();
  if (!popup) return 'blocked';
  await new Promise((done) => setTimeout(done, CLOSING_MS));
  if (popup.closed) popup = open(); // it was given the window that was just closing
  if (!popup) return 'blocked';
  const to = await otherMonitor(from as unknown as Placing);
  if (typeof to === 'string') return { popup, placed: to };
  popup.moveTo(to.availLeft, to.availTop);
  popup.resizeTo(to.availWidth, to.availHeight);
  return { popup, placed: 'other' };
}
