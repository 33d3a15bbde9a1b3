import {
  decodedMessage,
  encodedMessages,
  explainedMessage,
  explainedReplies,
  nothingToExplain,
  outdatedGuess,
} from '../../src/chat/messages/explanation-messages.ts';
import type { Message } from '../../src/chat/model/message.ts';
import { explainLog } from '../../src/explain/explain.ts';
import { loadProviders } from '../../src/providers/registry.ts';
import { forms } from '../explain/forms.ts';
import { connectionOf } from './findings.ts';

// What is said of logs: of every form that is known, and of some that strain what a message holds.

const { all, find } = await loadProviders();

/** The answer to a log and its thread, with a connection of whoever was refused. */
function said(log: string): Message[] {
  const explanation = explainLog(log, all);
  const provider = explanation.provider === null ? undefined : find(explanation.provider);
  const same = [connectionOf(), { ...connectionOf(), name: 'שלום '.repeat(16) }];
  return [
    explainedMessage({ explanation, provider, askedBy: 'U000000001', same, unread: [] }),
    ...explainedReplies(explanation),
    ...encodedMessages(explanation, same, ({ id }) =>
      JSON.stringify({
        id,
        thread: '1700000000.000100',
        root: '1700000000.000100',
        replies: Array(20).fill('1700000000.000100'),
      }),
    ),
  ];
}

const aws = (more: string) =>
  `User: arn:aws:iam::123456789012:user/xoap-packer is not authorized to perform: ec2:CreateImage on resource: * ${more}`;
const longLines = Array.from({ length: 40 }, (_, index) => `Error ${index}: ${'x'.repeat(900)} ${aws('')}`);

/** One of each kind, which are kept as they are drawn. */
export const sampleExplanations: Readonly<Record<string, readonly Message[]>> = {
  'explained-encoded': said(
    `UnauthorizedOperation: ${aws(`because no identity-based policy allows the ec2:CreateImage action. Encoded authorization failure message: ${'A'.repeat(700)}`)}`,
  ),
  'explained-secret': said(
    `AWS_SECRET_ACCESS_KEY=wJalrFAKEFAKEFAKEK7MDENGbPxRfiCYEXAMPLEKEY\nUnauthorizedOperation: ${aws('')}`,
  ),
  'explained-unknown': said('it failed'),
  'explained-nothing': [nothingToExplain('/xoap'), outdatedGuess, decodedMessage('prod-eu', 'U000000001')],
};

/** Those that are only held against the limits of each platform. */
export const strainingExplanations: Readonly<Record<string, readonly Message[]>> = {
  'an encoded message of the greatest length': said(
    `UnauthorizedOperation: ${aws(`Encoded authorization failure message: ${'A'.repeat(10_240)}`)}`,
  ),
  'many long errors': said(longLines.join('\n')),
  'names of the greatest length': said(
    `User: arn:aws:iam::123456789012:user/${'u'.repeat(560)} is not authorized to perform: ec2:${'A'.repeat(120)} on resource: arn:aws:ec2:::${'r'.repeat(1_100)}`,
  ),
  ...Object.fromEntries(forms.map(({ provider, what, log }) => [`${provider}: ${what}`, said(log)])),
};
