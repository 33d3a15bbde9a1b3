import type { Connection } from '../../connections/connection.ts';
import type { Provider } from '../../providers/provider.ts';
import { type Acceptance, lastDay, longestReason } from '../../verification/acceptance.ts';
import type { Finding } from '../../verification/finding.ts';
import { dayWords } from '../messages/acceptance-messages.ts';
import type { Form, FormField, FormValues } from '../model/form.ts';
import { typed } from '../model/message.ts';

/** What can be accepted of a connection and what is accepted, each by a key that stands for it in the form. */
export type Acceptable = {
  readonly connection: Connection;
  readonly provider: Provider;
  readonly open: readonly { readonly key: string; readonly finding: Finding }[];
  readonly accepted: readonly { readonly key: string; readonly acceptance: Acceptance }[];
};

export const acceptanceFields = {
  findings: 'accept.findings',
  reason: 'accept.reason',
  until: 'accept.until',
  end: 'accept.end',
} as const;

/** Days that are offered at first: long enough to mend it, short enough to be looked at again. */
const offeredDays = 90;
const dayMs = 24 * 3_600_000;

const chosenIn = (value: FormValues[string]): string =>
  typeof value === 'string' ? value : (value ?? []).join(',');

/** The questions about what is open: which, why, until when. */
function openFields({ provider, open, accepted }: Acceptable, values: FormValues, now: Date): FormField[] {
  if (open.length === 0) return [];
  // Nobody has to accept something to end what is accepted.
  const optional = accepted.length > 0;
  const choicesIn = (state: Finding['state']) =>
    open
      .filter(({ finding }) => finding.state === state)
      .map(({ key, finding }) => ({ value: key, label: labelOf(finding) }));
  const labelOf = ({ requirement, group, name }: Finding) =>
    `${requirement} · ${provider.groupsAre === 'objects' ? group : name}`;
  const groups = [
    { label: 'Missing', choices: choicesIn('missing') },
    { label: 'Could not be told', choices: choicesIn('inconclusive') },
  ];
  const offered = new Date(now.getTime() + offeredDays * dayMs).toISOString().slice(0, 10);
  return [
    {
      id: acceptanceFields.findings,
      label: 'Accept',
      kind: 'multiselect',
      optional,
      choices: groups.filter(({ choices }) => choices.length > 0),
      value: chosenIn(values[acceptanceFields.findings]),
      unlistedHint: 'Accept some of these first; the others follow.',
    },
    {
      id: acceptanceFields.reason,
      label: 'Why',
      kind: 'multiline',
      optional,
      maxLength: longestReason,
      placeholder: 'Our builds bring their own network.',
      value: chosenIn(values[acceptanceFields.reason]),
    },
    {
      id: acceptanceFields.until,
      label: 'Until',
      kind: 'date',
      optional,
      hint: `At most a year: until ${dayWords(lastDay(now))}. Days are those of UTC.`,
      value: chosenIn(values[acceptanceFields.until]) || offered,
    },
  ];
}

function endFields({ provider, open, accepted }: Acceptable, values: FormValues): FormField[] {
  if (accepted.length === 0) return [];
  const labelOf = ({ requirement, group, until }: Acceptance) =>
    `${requirement} · ${provider.groupsAre === 'objects' ? `${group} · ` : ''}until ${dayWords(until)}`;
  const choices = accepted.map(({ key, acceptance }) => ({ value: key, label: labelOf(acceptance) }));
  return [
    {
      id: acceptanceFields.end,
      label: 'Accept no longer',
      kind: 'multiselect',
      optional: open.length > 0,
      choices: [{ label: 'Accepted', choices }],
      value: chosenIn(values[acceptanceFields.end]),
      unlistedHint: 'End some of these first; the others follow.',
    },
  ];
}

/** The form to accept findings as they are, and to end that. */
export function acceptanceForm(
  acceptable: Acceptable,
  { token, now, values = {} }: { token: string; now: Date; values?: FormValues },
): Form {
  const { name } = acceptable.connection;
  return {
    title: 'Accept findings',
    submitLabel: 'Save and verify',
    token,
    fields: [...openFields(acceptable, values, now), ...endFields(acceptable, values)],
    notes: [
      [
        `What is accepted of ${typed(name)} does not count against its verdict, and is never called granted: a build may still fail for it. It counts again when its day has passed or its evidence changes.`,
      ],
    ],
    snippets: [],
  };
}
