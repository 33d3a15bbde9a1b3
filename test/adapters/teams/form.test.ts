import { describe, expect, it } from 'vitest';
import { formCard, stepOf } from '../../../adapters/teams/form.ts';
import { demoKeys } from '../../../simulations/aws/demo-accounts.ts';
import { azureCredential } from '../../../simulations/azure/demo-accounts.ts';
import { cardProblems } from '../../../simulations/teams/card-checker.ts';
import type { Form, FormField } from '../../../src/chat/model/form.ts';
import { createAws } from '../../../src/providers/aws/provider.ts';
import { createAzure } from '../../../src/providers/azure/provider.ts';
import { processorTime } from '../../support/processor-time.ts';

const fields = [...createAws().fields, ...createAzure({}).fields];

const formOf = (asked: FormField[]): Form => ({
  title: 'Choose objects',
  submitLabel: 'Save',
  token: 'token',
  fields: asked,
  notes: [['What the account sees.']],
  snippets: [],
});

describe('a form with more choices than a card holds', () => {
  const many = ['datacenter', 'datastore', 'network', 'folder', 'cluster', 'resourcePool'].map(
    (id): FormField => ({
      id: `vsphere.${id}`,
      label: id,
      kind: 'select',
      optional: true,
      unlistedHint: 'For another, add the connection anew and type its path.',
      choices: [
        {
          label: id,
          choices: Array.from({ length: 150 }, (_, index) => ({
            value: `${id}-${index}`,
            label: `/Datacenter/${id}/a name as they are ${index}`,
          })),
        },
      ],
    }),
  );
  const card = formCard(formOf(many), 'asking') as never;

  it('is a card within the budget, which says what it leaves out', () => {
    expect(cardProblems(card)).toEqual([]);
    expect(JSON.stringify(card)).toMatch(
      /datastore: there are more than can be listed here, the first \d+\. For another, add the connection anew/,
    );
    expect(JSON.stringify(card)).toContain('What the account sees.');
  });
});

it('a form without questions is no first step of another', () => {
  expect(stepOf(formOf([]))).toBe('asking');
});

describe('what a dialog checks by itself is never stricter than the check that counts', () => {
  const patterns = fields.flatMap(({ id, pattern }) => (pattern ? [{ id, pattern }] : []));
  const credentials: Record<string, string>[] = [
    {
      accessKeyId: demoKeys.complete.id,
      secretAccessKey: demoKeys.complete.secret,
      roleArn: 'arn:aws-us-gov:iam::123456789012:role/a/b',
    },
    azureCredential('contributor'),
    {
      subscriptionId: `/subscriptions/${azureCredential('contributor').subscriptionId}/`,
      tenantId: '{ "tenant": "00000000-0000-4000-8000-000000000001" }',
    },
  ];

  it.each(credentials)('%j', (credential) => {
    for (const { id, pattern } of patterns) {
      const value = credential[id];
      if (value === undefined) continue;
      for (const pasted of [value, ` ${value}\n`, `\u200B${value}\uFEFF`])
        expect(pasted).toMatch(new RegExp(pattern.regex));
    }
  });
});

it('what a dialog checks by itself is quick, whatever was pasted', () => {
  const hostile = [
    ' '.repeat(50_000),
    `arn:aws:iam::123456789012:role/a${' '.repeat(50_000)}\nx`,
    'a'.repeat(50_000),
  ];
  const spent = processorTime(() => {
    for (const { pattern } of fields)
      for (const text of hostile) if (pattern) new RegExp(pattern.regex).test(`${text}!`);
  });
  expect(spent).toBeLessThan(1_000);
});
