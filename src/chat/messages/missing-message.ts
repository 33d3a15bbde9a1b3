import { evidenceSentence, methodOf } from '../../providers/evidence-words.ts';
import { stepsOf } from '../../providers/profiles.ts';
import type { Finding } from '../../verification/finding.ts';
import { type Message, type Part, type Span, say } from '../model/message.ts';
import { byPurpose } from './purpose-words.ts';
import type { Subject } from './subject.ts';

/** Findings by the build step that needs them, in the order a build takes the steps. */
export function bySteps(findings: readonly Finding[], { provider }: Subject): [string, Finding[]][] {
  return stepsOf(provider)
    .map((title): [string, Finding[]] => [title, findings.filter(({ step }) => step === title)])
    .filter(([, group]) => group.length > 0);
}

function nameAndId({ name, requirement, level }: Finding): Span[] {
  return [`${name} `, { code: requirement }, ...(level === 'optional' ? [' (optional)'] : [])];
}

/** Whether a finding has a reason that no other has, which is then said beside it. */
function hasOwnReason(finding: Finding, findings: readonly Finding[], subject: Subject): boolean {
  const { text } = finding.evidence;
  const isAlone =
    findings.length > 1 && findings.filter(({ evidence }) => evidence.text === text).length === 1;
  return isAlone && !methodOf(finding, subject.provider);
}

function howWeKnow(findings: readonly Finding[], subject: Subject): Part[] {
  const shared = findings.filter((finding) => !hasOwnReason(finding, findings, subject));
  const sentences = shared.map((finding) => evidenceSentence(finding, subject.provider));
  const caveats = findings.flatMap(({ evidence }) => evidence.caveat ?? []);
  const all = [...new Set([...sentences, ...caveats])];
  return all.length > 0 ? [{ kind: 'detail', spans: [`How we know: ${all.join(' ')}`] }] : [];
}

/** The items of a list of what is missing, each with its reason where that is its own. */
function missingList(findings: readonly Finding[], missing: readonly Finding[], subject: Subject): Part {
  const items = findings.map((finding) => [
    ...nameAndId(finding),
    ...(hasOwnReason(finding, missing, subject) ? [` — ${finding.evidence.text}`] : []),
  ]);
  return { kind: 'list', items };
}

/** The first of what is missing, in the order of the build; what is merely optional comes last. */
function firstOf(missing: readonly Finding[], most: number, { provider }: Subject): Finding[] {
  const steps = stepsOf(provider);
  const place = ({ step, level }: Finding) =>
    (level === 'optional' ? steps.length : 0) + (provider.groupsAre === 'objects' ? 0 : steps.indexOf(step));
  return missing.toSorted((one, other) => place(one) - place(other)).slice(0, most);
}

/** The first of what is missing, and how many more there are. */
export function missingParts(missing: readonly Finding[], subject: Subject, most: number): Part[] {
  const shown = firstOf(missing, most, subject);
  const rest = missing.length - shown.length;
  const more: Part = { kind: 'detail', spans: [`and ${rest} more: Show all checks lists them.`] };
  const grouped = byPurpose(shown, subject.provider).flatMap(({ title, findings }): Part[] => [
    ...(title === undefined ? [] : [say({ bold: `For ${title}` })]),
    ...groupedParts(findings, subject),
  ]);
  return [...grouped, ...(rest > 0 ? [more] : [])];
}

/** What is missing, by the build step that fails without it, or by the object that it is missing on. */
function groupedParts(missing: readonly Finding[], subject: Subject): Part[] {
  if (subject.provider.groupsAre === 'objects') {
    const byObject = [...Map.groupBy(missing, ({ group, scope = '' }) => `${group} ${scope}`.trim())];
    return byObject.flatMap(([object, findings]): Part[] => {
      const without = [...new Set(findings.map((finding) => finding.without))].join('; ');
      return [
        say({ bold: object }),
        missingList(findings, missing, subject),
        { kind: 'detail', spans: [`Without these: ${without}.`] },
      ];
    });
  }
  return bySteps(missing, subject).flatMap(([step, findings]): Part[] => [
    say(
      { bold: step },
      ` — without ${findings.length === 1 ? 'this' : 'these'}, ${findings[0]?.without ?? ''}`,
    ),
    missingList(findings, missing, subject),
  ]);
}

/** Findings that the thread lists; *Show all checks* has the rest. */
const mostShown = 10;

/** What is missing, and how that is known. */
export function missingMessage(missing: readonly Finding[], subject: Subject): Message {
  const named = firstOf(missing, mostShown, subject);
  const optional = missing.filter(({ level }) => level === 'optional').length;
  // The verdict counts what is required, so the two numbers must not look like one.
  const counted = optional > 0 ? `${missing.length - optional}, and ${optional} optional` : missing.length;
  return {
    tells: 'missing',
    summary: `Missing: ${named.map(({ requirement }) => requirement).join(', ')}${missing.length > named.length ? ` and ${missing.length - named.length} more` : ''}`,
    parts: [
      say({ bold: `Missing (${counted})` }),
      ...missingParts(missing, subject, mostShown),
      ...howWeKnow(missing, subject),
    ],
  };
}
