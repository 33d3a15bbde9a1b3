import type { Connection } from '../../connections/connection.ts';
import type { Expiry } from '../../reports/expiry.ts';
import { type Message, plainText, type Span, say, typed } from '../model/message.ts';
import { dayWords } from './acceptance-messages.ts';
import { replaceButton } from './verification-buttons.ts';

/** When a credential ends, or should be replaced. */
export function expiryWords({ on, daysLeft, kind }: Expiry): string {
  const days = Math.abs(daysLeft) === 1 ? '1 day' : `${Math.abs(daysLeft)} days`;
  const when = daysLeft === 0 ? 'today' : `in ${days}, on ${dayWords(on)}`;
  if (kind === 'too-old')
    return daysLeft < 0
      ? `key older than it should get, since ${dayWords(on)}`
      : `key reaches its greatest age ${when}`;
  return daysLeft < 0 ? `expired on ${dayWords(on)}` : `expires ${when}`;
}

/** What the owner of a connection reads before its credential ends. */
export function expiryMessage({ id, name }: Connection, expiry: Expiry): Message {
  const spans: Span[] = ['⚠️ The credential of ', { bold: typed(name) }, ` ${expiryWords(expiry)}.`];
  const why =
    expiry.kind === 'expires'
      ? 'What it is used for fails from then on. Make a new one at the provider, and replace the credential with it.'
      : 'Old keys are found in old places. Make a new one at the provider, replace the credential with it, and delete the old one there.';
  return {
    summary: plainText(spans),
    parts: [
      say(...spans),
      say(why),
      {
        kind: 'buttons',
        buttons: [replaceButton(id), { label: 'Verify again', action: 'verify-connection', value: id }],
      },
    ],
  };
}
