import { describe, expect, it } from 'vitest';
import { explainLog } from '../../src/explain/explain.ts';
import { Explanation } from '../../src/explain/explanation.ts';
import { loadProviders } from '../../src/providers/registry.ts';
import { forms } from './forms.ts';

const { all } = await loadProviders();
const table = forms.map((form) => [`${form.provider}: ${form.what}`, form] as const);

describe('each form', () => {
  it.each(table)('%s', (_name, { provider, log, is }) => {
    const explanation = Explanation.parse(explainLog(log, all));
    expect(explanation).toMatchObject({ ...is, ...(is.kind !== 'unknown' && { provider }) });
  });
});

it('no provider is made up for a word that many print', () => {
  const log =
    '==> azure-arm.x: PowerShell: Access is denied. System.UnauthorizedAccessException AccessDenied at C:\\Windows';
  expect(explainLog(log, all)).toMatchObject({ kind: 'unknown', provider: null });
});
