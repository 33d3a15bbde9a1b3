import { type Connection, comparableName } from '../../connections/connection.ts';
import type { ChoiceGroup } from '../../providers/credential-form.ts';
import { answersIn, type FormField, type FormValues } from '../model/form.ts';
import { typed } from '../model/message.ts';

// How a form asks for some connections of many: from lists where they are short enough, typed elsewhere.

/** Choices under one heading. */
export const oneGroup = (
  label: string,
  choices: readonly (readonly [value: string, label: string])[],
): ChoiceGroup[] => [{ label, choices: choices.map(([value, text]) => ({ value, label: text })) }];

/** A connection by its id or its name. */
export function findConnection(connections: readonly Connection[], answer: string): Connection | undefined {
  const name = comparableName(answer);
  return connections.find((each) => each.id === answer || comparableName(each.name) === name);
}

/** Tags from a list where it is short enough for one, typed elsewhere. */
export function tagsField(id: string, connections: readonly Connection[], value: string): FormField {
  const tags = [...new Set(connections.flatMap((connection) => connection.tags))].sort();
  const shared = { value, hint: 'Connections with one of these tags, also those added later.' };
  return {
    id,
    label: 'Tags',
    ...shared,
    kind: 'multiselect',
    choices: oneGroup(
      'Tags',
      tags.map((tag) => [tag, tag] as const),
    ),
    otherwise: { ...shared, kind: 'text', placeholder: 'production, europe' },
  };
}

/** Connections from a list where it is short enough for one, typed by name elsewhere. */
export function connectionsField(
  id: string,
  connections: readonly Connection[],
  chosen: readonly string[],
): FormField {
  const names = connections.filter((each) => chosen.includes(each.id)).map(({ name }) => name);
  const hint = 'Their names, one a line.';
  return {
    id,
    label: 'Connections',
    kind: 'multiselect',
    choices: oneGroup(
      'Connections',
      connections.map((each) => [each.id, typed(each.name)] as const),
    ),
    value: chosen.join(','),
    otherwise: {
      kind: 'multiline',
      hint,
      // What was typed and not found stays to be mended.
      value: names.length > 0 ? names.join('\n') : chosen.join('\n'),
      tooLong: { hint: `${hint} Left empty, the ${chosen.length} that are chosen stay.`, optional: true },
    },
  };
}

/** Names that were typed one a line, or ids from a list: a name may hold commas, an id holds none. */
export function namesIn(value: FormValues[string], isName: (text: string) => boolean): string[] {
  const lines = typeof value === 'string' ? value.split('\n') : [...(value ?? [])];
  const filled = lines.map((line) => line.trim()).filter(Boolean);
  return filled.flatMap((line) => (isName(line) ? [line] : answersIn(line)));
}
