import { lazily } from '../../lazily.ts';
import type { Provider } from '../../providers/provider.ts';
import type { Accepted, Finding } from '../../verification/finding.ts';
import { acceptedIn } from '../../verification/verdict.ts';
import { type Message, type Span, say, typed } from '../model/message.ts';

const days = lazily(() => new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' }));

/** `1 Mar 2027`, of an ISO date. */
export const dayWords = (date: string) => days().format(new Date(date));

const person = ({ by }: Accepted): Span[] => (by ? [' by ', { person: by, quietly: true }] : []);

/** `2 accepted by @kim until 1 Mar 2027`, of the deciding findings; nothing where none is accepted. */
export function acceptedSpans(findings: readonly Finding[]): Span[] {
  const all = acceptedIn(findings).map(({ accepted }) => accepted);
  const [first, last] = [all[0], all.at(-1)];
  if (!first) return [];
  const isOnePerson = all.every(({ by }) => by === first.by);
  const until = first.until === last?.until ? ' until ' : ', the first of them until ';
  return [`${all.length} accepted`, ...(isOnePerson ? person(first) : []), until + dayWords(first.until)];
}

const stateOf = ({ state }: Finding) => (state === 'missing' ? 'missing' : 'could not be told');

const namesOf = (findings: readonly Finding[]): Span[] =>
  findings.flatMap(({ requirement }, index): Span[] => [
    ...(index > 0 ? [' · '] : []),
    { code: requirement },
  ]);

/** What is accepted, by whom, until when and why; those with the same acceptance in one line. */
export function acceptedMessages(
  findings: readonly Finding[],
  { groupsAre }: Pick<Provider, 'groupsAre'>,
): Message[] {
  const all = acceptedIn(findings);
  if (all.length === 0) return [];
  const keyOf = (finding: (typeof all)[number]) =>
    JSON.stringify([finding.group, stateOf(finding), finding.accepted]);
  const items = [...Map.groupBy(all, keyOf).values()].map((group): Span[] => {
    const [first] = group;
    if (!first) return [];
    const { accepted } = first;
    return [
      ...namesOf(group),
      `${groupsAre === 'objects' ? ` on ${first.group}` : ''} — ${stateOf(first)}, accepted`,
      ...person(accepted),
      ` until ${dayWords(accepted.until)}: ${typed(accepted.reason)}`,
    ];
  });
  const title = `Accepted, not granted (${all.length})`;
  return [{ summary: title, parts: [say({ bold: title }), { kind: 'list', items }] }];
}
