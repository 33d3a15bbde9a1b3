import type { Connection } from '../../connections/connection.ts';
import { nearestByName } from '../../connections/nearest-name.ts';
import type { TooMuchWaits } from '../connections/verification-requests.ts';
import { type Message, type Span, say, sentence, typed } from '../model/message.ts';
import { type CommandSpan, didYouMean } from './command-messages.ts';
import type { Subject } from './subject.ts';

/** The same answer for what never existed, what is gone and what belongs to another workspace. */
export const noConnection = sentence('There is no such connection here.');

/** Said to whoever asks for what is being done already. */
export const alreadyRunning = (name: string) =>
  sentence(`${typed(name)} is being verified right now. The answer comes where that was asked for.`);

/** Said to whoever asks for more than may wait. */
export const tooMuchWaits = ({ of, most, minutes }: TooMuchWaits): string => {
  const whose = of === 'person' ? 'of yours' : 'of this workspace';
  const inTime = minutes === 1 ? 'a minute' : `about ${minutes} minutes`;
  return `${most.toLocaleString('en-US')} verifications ${whose} are waiting, and no more may. Try again in ${inTime}.`;
};

export const notYourConnection = (name: string, what: 'change' | 'remove' | 'accept what is missing of') =>
  sentence(`Only who added ${typed(name)}, or whoever was given the role operator or admin, may ${what} it.`);

/** Said where there is no credential to replace. */
export const noSecret = ({ connection: { name, held }, provider }: Subject) =>
  sentence(
    held === undefined
      ? `${typed(name)} signs in without a secret, so there is none to replace. What it can do is set up at ${provider.label}.`
      : `A worker holds the credential of ${typed(name)} as “${held}”. Whoever operates the worker replaces it in its file; the next verification takes the new one.`,
  );

/** Asks before a connection is removed. */
export function removalQuestion({ id, name }: Connection): Message {
  const spans: Span[] = [
    'Remove ',
    { bold: typed(name) },
    '? Its credential and its history are deleted here; nothing changes at the provider.',
  ];
  return {
    summary: `Remove ${typed(name)}?`,
    parts: [
      say(...spans),
      {
        kind: 'buttons',
        buttons: [
          { label: 'Remove', action: 'remove-connection', value: id, style: 'danger' },
          { label: 'Keep', action: 'keep-connection', value: id },
        ],
      },
    ],
  };
}

/** Connections that are named to whoever named none. */
const mostNamed = 10;

/** Asks which connection is meant by a command, and names some. */
export function whichConnection(command: Span, known: readonly Connection[]): Message {
  const names = known.slice(0, mostNamed).map(({ name }) => typed(name));
  const more = known.length > names.length ? ` and ${known.length - names.length} more` : '';
  const there = names.length > 0 ? ` There are: ${names.join(', ')}${more}.` : '';
  return {
    summary: 'Which connection?',
    parts: [say('Which connection? ', command, `.${there}`)],
  };
}

/** Said where a command names what is not there; with the name that may have been meant. */
export function unknownConnection(
  words: string,
  { name, known }: { name: string; known: readonly Connection[] },
  command: CommandSpan,
): Message {
  const spans: Span[] = [`There is no connection "${typed(name)}" here.`];
  const nearest = nearestByName(known, name);
  if (nearest) return didYouMean(spans, `${words} ${nearest.name}`, command);
  return { ...noConnection, parts: [say(...spans, ' ', command('connection list'), ' shows all.')] };
}
