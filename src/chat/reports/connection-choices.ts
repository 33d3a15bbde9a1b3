import { type Connection, comparableName } from '../../connections/connection.ts';
import type { Selection } from '../../reports/schedule.ts';
import type { FormField, FormValues } from '../model/form.ts';
import { typed } from '../model/message.ts';

// How a form asks for some connections of many: from lists where they are short enough, typed elsewhere.

/** Choices in a list; platforms take no more. Where there are more, names are typed. */
const mostListed = 100;
/** Characters of all names in a list, so that a card has room for them. */
const mostCharacters = 6_000;

/** Choices under one heading. */
export const one = (label: string, choices: readonly (readonly [string, string])[]) => [
  { label, choices: choices.map(([value, text]) => ({ value, label: text })) },
];

/** Characters of a choice that platforms show. */
const longestLabel = 75;
const shortened = (text: string) =>
  text.length > longestLabel ? `${[...text].slice(0, longestLabel / 2).join('')}…` : text;

/** A connection by its id or its name. */
export function findConnection(connections: readonly Connection[], answer: string): Connection | undefined {
  const name = comparableName(answer);
  return connections.find((each) => each.id === answer || comparableName(each.name) === name);
}

const isListed = (texts: readonly string[]) =>
  texts.length > 0 && texts.length <= mostListed && texts.join('').length <= mostCharacters;

export function tagsField(id: string, connections: readonly Connection[], value: string): FormField {
  const tags = [...new Set(connections.flatMap((connection) => connection.tags))].sort();
  const shared = {
    id,
    label: 'Tags',
    value,
    hint: 'Connections with one of these tags, also those added later.',
  };
  if (!isListed(tags)) return { ...shared, kind: 'text', placeholder: 'production, europe' };
  return {
    ...shared,
    kind: 'multiselect',
    choices: one(
      'Tags',
      tags.map((tag) => [tag, tag] as const),
    ),
  };
}

/** Characters that a field can be filled in with. */
const mostFilledIn = 2_800;

const namesOf = (connections: readonly Connection[], chosen: readonly string[]) =>
  connections.filter(({ id }) => chosen.includes(id)).map(({ name }) => name);

/** Whether chosen connections can be shown in the form again, to be changed. */
export function fitsAgain(selection: Selection, connections: readonly Connection[]): boolean {
  if (selection.kind !== 'chosen' || isListed(connections.map(({ name }) => name))) return true;
  return namesOf(connections, selection.connectionIds).join('\n').length <= mostFilledIn;
}

/** Chosen from a list where it is short enough for one, typed by name elsewhere. */
export function connectionsField(
  id: string,
  connections: readonly Connection[],
  chosen: readonly string[],
): FormField {
  const shared = { id, label: 'Connections' };
  if (isListed(connections.map(({ name }) => name))) {
    const choices = one(
      'Connections',
      connections.map((each) => [each.id, shortened(typed(each.name))] as const),
    );
    return { ...shared, kind: 'multiselect', choices, value: chosen.join(',') };
  }
  const names = namesOf(connections, chosen);
  // What was typed and not found stays to be mended.
  const value = names.length > 0 ? names.join('\n') : chosen.join('\n');
  const hint = 'Their names, one a line.';
  if (value.length <= mostFilledIn) return { ...shared, kind: 'multiline', hint, value };
  const stay = `${hint} Left empty, the ${chosen.length} that are chosen stay.`;
  return { ...shared, kind: 'multiline', hint: stay, optional: true };
}

/** Names that were typed one a line, or ids from a list: a name may hold commas, an id holds none. */
export function namesIn(value: FormValues[string], isName: (text: string) => boolean): string[] {
  const lines = typeof value === 'string' ? value.split('\n') : [...(value ?? [])];
  const told = lines.map((line) => line.trim()).filter(Boolean);
  return told.flatMap((line) => (isName(line) ? [line] : several(line)));
}

/** The answers to a question as a list. */
export const several = (value: FormValues[string]): string[] =>
  (typeof value === 'string' ? value.split(/[,\n]/) : [...(value ?? [])])
    .map((text) => text.trim())
    .filter(Boolean);
