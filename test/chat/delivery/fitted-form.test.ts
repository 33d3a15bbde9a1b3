import { describe, expect, it } from 'vitest';
import { askable, fittedForm, shortened, withinInput } from '../../../src/chat/delivery/fitted-form.ts';
import type { Form, FormField } from '../../../src/chat/model/form.ts';

const listOf = (length: number, more: Partial<FormField> = {}): FormField => ({
  id: 'list',
  label: 'Folder',
  kind: 'select',
  unlistedHint: 'Type it.',
  choices: [
    {
      label: 'All',
      choices: Array.from({ length }, (_, index) => ({ value: `${index}`, label: `/${index}` })),
    },
  ],
  ...more,
});
const form = (...fields: FormField[]): Form => ({
  title: 'Form',
  submitLabel: 'Send',
  token: 't',
  fields,
  notes: [['A note.']],
  snippets: [],
});
const lengthOf = ({ fields }: Form) => fields.map(({ choices }) => choices?.[0]?.choices.length);

describe('a form on a platform', () => {
  it('stays as it is where it fits', () => {
    const whole = form(listOf(500));
    expect(fittedForm(whole, () => true)).toBe(whole);
  });

  it('lists as many choices as fit, and says what is left out and what to do about it', () => {
    const fitted = fittedForm(form(listOf(500), listOf(20)), (shown) => Number(lengthOf(shown)[0]) <= 123);
    expect(lengthOf(fitted)).toEqual([123, 20]);
    expect(fitted.notes).toEqual([
      ['A note.'],
      ['Folder: there are more than can be listed here, the first 123. Type it.'],
    ]);
  });

  it('stays as it is where no list of it could be shorter', () => {
    const short = form({ id: 'name', label: 'Name', kind: 'text' });
    expect(fittedForm(short, () => false)).toBe(short);
  });
});

describe('a question that may be a list', () => {
  const otherwise = {
    kind: 'multiline',
    value: 'x'.repeat(50),
    tooLong: { hint: 'They stay.', optional: true },
  } as const;

  it('is a list where the platform takes it, and asked otherwise elsewhere, or where the list is empty', () => {
    expect(askable(listOf(2, { otherwise }), () => true)).toEqual(listOf(2));
    expect(askable(listOf(2, { otherwise }), () => false)).toMatchObject({ id: 'list', kind: 'multiline' });
    expect(askable(listOf(0, { otherwise }), () => true)).toMatchObject({ kind: 'multiline' });
    expect(askable(listOf(0), () => false)).toEqual(listOf(0));
  });

  it('says what stands where its preset has no room', () => {
    const asked = askable(listOf(2, { otherwise }), () => false);
    expect(withinInput(asked, 50)).toMatchObject({ value: 'x'.repeat(50) });
    expect(withinInput(asked, 49)).toMatchObject({ hint: 'They stay.', optional: true });
    expect(withinInput(asked, 49)).not.toHaveProperty('value');
  });
});

it('a label that is too long keeps its ends', () => {
  expect(shortened('/Datacenter/vm/a/very/long/path', 15)).toBe('/Datace…ng/path');
  expect(shortened('short', 15)).toBe('short');
});
