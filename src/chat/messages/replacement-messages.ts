import { isSignInRefused } from '../../verification/verdict.ts';
import type { Verification } from '../../verification/verification.ts';
import { type Message, type Part, plainText, type Span, say, typed } from '../model/message.ts';
import { snippetParts } from './finding-messages.ts';
import type { Subject } from './subject.ts';
import { replaceButton } from './verification-buttons.ts';

const place = (target: Readonly<Record<string, string>>) => Object.values(target).join(' · ');

/** Said of a new credential that is not waiting; which of the reasons it is, nothing tells any more. */
export function goneMessage({ id, name }: Subject['connection']): Message {
  const title: Span[] = ['❔ The new credential of ', { bold: typed(name) }, ' is not waiting any more'];
  const why =
    'It is in use by now, was entered anew, was deleted, has waited for an hour, or the connection was changed meanwhile. Verify again to see how the connection is.';
  return {
    summary: plainText(title),
    parts: [
      say(...title),
      say(why),
      { kind: 'buttons', buttons: [{ label: 'Verify again', action: 'verify-again', value: id }] },
    ],
  };
}

/** The root message where a new credential does not sign in, or could not be tried. */
export function refusedMessage(
  subject: Subject,
  verification: Verification,
  { isKeyless = false } = {},
): Message {
  const { connection } = subject;
  const { error } = verification;
  const title: Span[] = [
    `${isSignInRefused(verification) ? '🔑' : '⚠️'} The new credential of `,
    { bold: typed(connection.name) },
    ` was not kept — ${error?.message ?? 'it could not be verified'}`,
  ];
  const hint: Part[] = error?.hint ? [say(error.hint)] : [];
  const offered = verification.remediation.filter(({ alternative }) => !alternative);
  return {
    summary: plainText(title),
    parts: [
      say(...title),
      ...hint,
      ...snippetParts(offered),
      { kind: 'detail', spans: ['The credential before it stays in use.'] },
      {
        kind: 'buttons',
        buttons: [
          ...(isKeyless
            ? [{ label: 'Edit…', action: 'edit-connection', value: connection.id } as const]
            : [replaceButton(connection.id)]),
          { label: 'Verify again', action: 'verify-again', value: connection.id },
        ],
      },
    ],
  };
}

/** Asks whether a new credential is meant that signs in to another account than the one before. */
export function elsewhereMessage(
  { connection, provider }: Subject,
  {
    before,
    now,
    replacement,
  }: Record<'before' | 'now', Readonly<Record<string, string>>> & {
    replacement: string;
  },
): Message {
  const title: Span[] = [
    '❔ The new credential of ',
    { bold: typed(connection.name) },
    ` signs in to another account — ${provider.label} ${place(now)}, and not ${place(before)}`,
  ];
  const value = JSON.stringify({ id: connection.id, replacement });
  return {
    summary: plainText(title),
    parts: [
      say(...title),
      say(
        'Use it all the same? Until then, and for an hour at most, it waits sealed; the one before stays in use.',
      ),
      {
        kind: 'buttons',
        buttons: [
          { label: 'Use the new one', action: 'use-replacement', value, style: 'danger' },
          { label: 'Keep the old one', action: 'drop-replacement', value },
        ],
      },
    ],
  };
}

/** The first reply below the answer to a new credential that is in use now. */
export function replacedMessage({
  by,
  isKeyless,
  held,
}: {
  by: string;
  isKeyless: boolean;
  held: string | undefined;
}): Message {
  const keyless =
    held === undefined
      ? 'This connection signs in without a secret now, as changed by '
      : `This connection signs in with what the worker holds as “${held}” now, as changed by `;
  const what = isKeyless ? keyless : 'The credential was replaced by ';
  const before = isKeyless ? 'The stored secret is deleted here' : 'The one before is deleted here';
  const spans: Span[] = [what, { person: by, quietly: true }, `. ${before}; delete it at the provider too.`];
  return { summary: plainText(spans), parts: [say(...spans)] };
}
