import type { Connection } from '../../connections/connection.ts';
import type { Explanation, Seen } from '../../explain/explanation.ts';
import { profileTitle } from '../../providers/profiles.ts';
import type { Provider } from '../../providers/provider.ts';
import type { Remediation } from '../../verification/verification.ts';
import { shortened } from '../delivery/fitted-form.ts';
import {
  type Button,
  type Message,
  type Part,
  plainText,
  type Span,
  say,
  sentence,
  typed,
} from '../model/message.ts';
import { causeMessages, fixMessages, otherWaysMessages } from './finding-messages.ts';

/** An explanation, of whom it is and who asked. */
export type Explained = {
  readonly explanation: Explanation;
  readonly provider: Provider | undefined;
  readonly askedBy: string;
  /** Connections of the principal that was refused, in its account. */
  readonly same: readonly Connection[];
  /** What could not be read besides, a sentence each. */
  readonly unread: readonly string[];
};

/** Ids that a headline names; a list has the rest. */
const mostNamed = 4;
const mostOfEvidence = 2_000;
const mostOfLine = 200;
const mostAsked = 3;

/** A name on a button, which has little room. */
const nameIn = (name: string): string => typed(shortened(name, 50));

function named(ids: readonly string[]): Span[] {
  const spans = ids
    .slice(0, mostNamed)
    .flatMap((id, index): Span[] => (index > 0 ? [', ', { code: id }] : [{ code: id }]));
  return ids.length > mostNamed ? [...spans, ` and ${ids.length - mostNamed} more`] : spans;
}

const headlines: Record<Exclude<Explanation['kind'], 'permission'>, string> = {
  prerequisite: '❌ Something has to be set up before this build can go on',
  policy: '❌ A rule forbids what this build asks for',
  credential: '🔑 The credential of this build was refused',
  'not-permission': '⚠️ This is not a permission problem',
  unknown: '❔ It cannot be told what ended this build',
};

function headline({ kind, requirements, candidates }: Explanation): Span[] {
  if (kind !== 'permission') return [headlines[kind]];
  if (requirements.length > 0) return ['❌ The build was refused ', ...named(requirements)];
  if (candidates.length === 1) return ['❔ The build was perhaps refused ', ...named(candidates)];
  if (candidates.length > 0) return ['❔ The build was refused one of ', ...named(candidates)];
  return ['❔ The build was refused something that the text does not name'];
}

/** Who was refused, on what, by which layer, and what asks for it. */
function facts({ explanation, provider }: Explained): Part[] {
  const { principal, resource, layer, asked } = explanation;
  const refusing = layer && (provider?.words?.layers?.[layer] ?? layer);
  const items: Span[][] = [
    ...(principal ? [['Who: ', { code: principal }]] : []),
    ...(resource && resource !== '*' ? [['On: ', { code: resource }]] : []),
    ...(refusing ? [[`Refused by: ${refusing}`]] : []),
    ...asked.slice(0, mostAsked).map(({ profile, step, without }): Span[] => {
      const title = provider ? profileTitle(provider, profile) : profile;
      return [`Needed for ${title}, ${step}: without it ${without}`];
    }),
  ];
  return items.length > 0 ? [{ kind: 'list', items }] : [];
}

/** The lines that say so, as many of them as a message has room for. */
function evidencePart(lines: readonly string[]): Part[] {
  let room = mostOfEvidence;
  const shown = lines.filter((line) => {
    room -= line.length + 1;
    return room >= 0;
  });
  return shown.length > 0 ? [{ kind: 'code', language: 'text', text: shown.join('\n') }] : [];
}

const secretSeen =
  '⚠️ Something that looks like a secret stood in the text. Whoever could read that log knows it: replace it.';

/** What ended the build, at first sight. */
export function explainedMessage(explained: Explained): Message {
  const { explanation, provider, askedBy, same, unread } = explained;
  const words = headline(explanation);
  const place = Object.values(explanation.target).join(' · ');
  const where = provider ? `${[provider.label, place].filter(Boolean).join(' ')} · ` : '';
  const buttons = same.map(
    ({ id, name }): Button => ({ label: `Verify ${nameIn(name)}`, action: 'verify-connection', value: id }),
  );
  return {
    summary: plainText(words),
    parts: [
      say(...words),
      { kind: 'detail', spans: [`${where}explained for `, { person: askedBy, quietly: true }] },
      say(explanation.text),
      ...facts(explained),
      ...evidencePart(explanation.evidence),
      ...(explanation.hadSecrets ? [say(secretSeen)] : []),
      ...unread.map((text) => say(text)),
      ...(buttons.length > 0 ? [{ kind: 'buttons', buttons } as const] : []),
    ],
  };
}

const firstLine = ({ evidence: [line = ''] }: Seen) =>
  line.length > mostOfLine ? `${line.slice(0, mostOfLine)}…` : line;

function alsoSeenMessages(alsoSeen: readonly Seen[]): Message[] {
  if (alsoSeen.length === 0) return [];
  const title = `Also seen (${alsoSeen.length})`;
  const items = alsoSeen.map((seen): Span[] => [`${seen.text} `, { code: firstLine(seen) }]);
  return [{ summary: title, parts: [say({ bold: title }), { kind: 'list', items }] }];
}

const isEncoded = ({ isEncoded: is }: Remediation) => is === true;

/** The fixes, as after a verification, and what else went wrong. */
export function explainedReplies({ remediation, alsoSeen }: Explanation): Message[] {
  const fixes = remediation.filter((each) => !isEncoded(each));
  return [
    ...causeMessages(fixes),
    ...fixMessages(fixes),
    ...otherWaysMessages(fixes),
    ...alsoSeenMessages(alsoSeen),
  ];
}

/** Characters that stay in a message on every platform: longer ones would become files, which a click does not bring back. */
const mostOfPiece = 2_500;

const piecesOf = (text: string): string[] => text.match(new RegExp(`[^]{1,${mostOfPiece}}`, 'g')) ?? [];

/** What a click on *Decode with NAME* says of the answer that it is below. */
export type DecodeValue = (connection: Connection) => string;

/** The message that the provider encoded, with whose credential can have it decoded; none where there is none. */
export function encodedMessages(
  { remediation }: Explanation,
  near: readonly Connection[],
  withValue: DecodeValue,
): Message[] {
  const encoded = remediation.find(isEncoded);
  if (!encoded) return [];
  const buttons = near.map(
    (connection): Button => ({
      label: `Decode with ${nameIn(connection.name)}`,
      action: 'decode-message',
      value: withValue(connection),
    }),
  );
  return [
    {
      summary: encoded.title,
      parts: [
        say({ bold: encoded.title }),
        ...(encoded.text.length > mostOfPiece
          ? [say('It is long, so it stands here in pieces: join them.')]
          : []),
        ...piecesOf(encoded.text).map((text): Part => ({ kind: 'code', language: encoded.format, text })),
        ...(buttons.length > 0 ? [{ kind: 'buttons', buttons } as const] : []),
      ],
    },
  ];
}

/** Said in place of what was offered, once the provider has said more. */
export const decodedMessage = (name: string, by: string): Message => {
  const spans: Span[] = [
    'Decoded with ',
    { bold: typed(name) },
    ' for ',
    { person: by, quietly: true },
    '. The answer above says what it is.',
  ];
  return { summary: plainText(spans), parts: [say(...spans)] };
};

/** Said in place of what followed from a guess. */
export const outdatedGuess = sentence(
  'This was a guess from the log. What the provider says took its place, below.',
);

/** Said where no text came. */
export const nothingToExplain = (commandWord: string): Message =>
  sentence(
    `There is no text to read. Use it on a message with what the build printed, or type ${commandWord} explain.`,
  );

/** Said to whoever has too much under way. */
export const tooMuchUnderWay = ({ of, most }: { of: 'person' | 'workspace'; most: number }): Message =>
  sentence(
    `${most.toLocaleString('en-US')} explanations ${of === 'person' ? 'of yours' : 'of this workspace'} are under way, and no more may be. Try again in a minute.`,
  );
