import type { Requirement } from '../catalog/profile.ts';
import type { CredentialDates, Identity, Remediation } from '../verification/verification.ts';
import type { Answer, CheckEvent } from './provider.ts';

/** What a check has told so far. */
export type Collected = {
  readonly answers: ReadonlyMap<string, Answer>;
  readonly notes: readonly string[];
  readonly offers: readonly Remediation[];
  readonly target: Readonly<Record<string, string>>;
  readonly identity: Identity | undefined;
  readonly dates: CredentialDates | undefined;
  readonly choices: Readonly<Record<string, readonly string[]>> | undefined;
  readonly calls: number;
  /** How much was read before anything is told. */
  readonly reading: string | undefined;
};

const keyOf = (id: string, group = '') => `${group} ${id}`;

/** The answer to one requirement, given for its group or for its id alone. */
export function answerTo({ id, group }: Requirement, { answers }: Collected): Answer | undefined {
  return answers.get(keyOf(id, group)) ?? answers.get(keyOf(id));
}

/** Collects what a check tells; what comes after `close` is not heard. */
export function collectEvents(
  target: Readonly<Record<string, string>>,
  onStep: (collected: Collected) => void,
): { readonly collected: Collected; emit(event: CheckEvent): void; close(): void } {
  const answers = new Map<string, Answer>();
  const notes: string[] = [];
  const offers: Remediation[] = [];
  const collected = {
    answers,
    notes,
    offers,
    target,
    identity: undefined as Collected['identity'],
    dates: undefined as Collected['dates'],
    choices: undefined as Collected['choices'],
    calls: 0,
    reading: undefined as Collected['reading'],
  };
  let isOpen = true;

  function take(event: CheckEvent): void {
    switch (event.type) {
      case 'call':
        collected.calls += 1;
        return;
      case 'identity':
        collected.identity = event.identity;
        collected.target = event.target;
        onStep(collected);
        return;
      case 'answer':
        answers.set(keyOf(event.answer.requirement, event.answer.group), event.answer);
        onStep(collected);
        return;
      case 'reading':
        collected.reading = event.read;
        onStep(collected);
        return;
      case 'note':
        notes.push(event.text);
        return;
      case 'credential':
        collected.dates = event.dates;
        return;
      case 'choices':
        collected.choices = event.choices;
        return;
      case 'offer':
        offers.push(event.remediation);
        return;
      default:
        event satisfies never;
    }
  }

  return {
    collected,
    emit: (event) => {
      if (isOpen) take(event);
    },
    close: () => {
      isOpen = false;
    },
  };
}
