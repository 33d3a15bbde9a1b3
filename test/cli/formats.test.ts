import { readFile } from 'node:fs/promises';
import AjvDraft04 from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { XMLParser } from 'fast-xml-parser';
import { beforeAll, describe, expect, it } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { formatNames, write } from '../../src/cli/formats/names.ts';
import type { Providers } from '../../src/providers/provider.ts';
import { loadProviders } from '../../src/providers/registry.ts';
import type { Verification } from '../../src/verification/verification.ts';
import { findingOf } from '../support/findings.ts';

const schemas = new URL('../fixtures/schemas/', import.meta.url);
let providers: Providers;
beforeAll(async () => {
  providers = await loadProviders();
});

const provider = () => {
  const aws = providers.find('aws');
  if (!aws) throw new Error('No AWS');
  return aws;
};

const nasty = 'a | b `c` <d> "e" & ]]> \u0007 \u202Eright\n## heading';

const findings = [
  findingOf('ec2:CopyImage', 'granted'),
  findingOf('ec2:CreateImage', 'missing', { evidence: { code: 'UnauthorizedOperation', text: nasty } }),
  findingOf('ec2:CreateTags', 'inconclusive'),
  findingOf('ec2:StopInstances', 'likely'),
  findingOf('ec2:RegisterImage', 'missing', { level: 'optional' }),
  findingOf('ec2:DeleteSnapshot', 'missing', {
    accepted: { until: '2027-03-01', reason: 'Cleaned by <others> | nightly' },
  }),
];

const verification = (more: Partial<Verification> = {}): Verification => ({
  provider: 'aws',
  profileOptions: [],
  verdict: 'missing',
  target: { account: '123456789012', region: 'eu-central-1' },
  calls: 1,
  startedAt: '2026-11-29T08:00:00.000Z',
  durationMs: 1_234,
  findings,
  remediation: [{ title: 'Add `it`', format: 'shell', text: 'echo "```"', fixes: ['ec2:CreateImage'] }],
  notes: [nasty],
  ...more,
});

const failed = () =>
  verification({
    verdict: 'failed',
    findings: findings.map((each) => ({ ...each, state: 'inconclusive' })),
    remediation: [],
    error: { code: 'provider.unreachable', message: `No answer ${nasty}`, hint: 'Look at the network.' },
  });

const drawn = (format: (typeof formatNames)[number], of = verification(), file?: string) =>
  write(format as Parameters<typeof write>[0], { provider: provider(), verification: of, file });

describe('every format', () => {
  it.each(formatNames)('%s tells of a refusal at all, and ends with one line end', async (format) => {
    const text = await drawn(format, failed());

    expect(text).toContain('Look at the network');
    expect(text).toMatch(/[^\n]\n$/);
  });
});

describe('what steers a terminal', () => {
  const evil = 'x\u001B[31m\u0007\u0001\u202Ey\r\u0085z\uD800';
  const told = () =>
    verification({
      target: { account: evil, region: evil },
      findings: [findingOf('ec2:CreateImage', 'missing', { scope: evil, evidence: { text: evil } })],
      notes: [evil],
    });

  it.each(['table', 'markdown', 'junit', 'sarif'] as const)('reaches no line of %s', async (format) => {
    expect(await drawn(format, told())).not.toMatch(/(?!\n)[\p{Cc}\u202E\uD800]/u);
  });
});

describe('SARIF', () => {
  let isValid: (log: unknown) => boolean;
  let problems: () => unknown;
  beforeAll(async () => {
    const schema = JSON.parse(await readFile(new URL('sarif-schema-2.1.0.json', schemas), 'utf8'));
    const ajv = new AjvDraft04.default({ strict: false });
    addFormats.default(ajv as never);
    const validate = ajv.compile(schema);
    isValid = (log) => validate(log) as boolean;
    problems = () => validate.errors;
  });

  it.each([
    ['missing', () => verification()],
    ['failed', failed],
    ['ready', () => verification({ verdict: 'ready', findings: findings.slice(0, 1) })],
  ])('of a verification that is %s is as the schema of OASIS says', async (_verdict, of) => {
    const log = JSON.parse(await drawn('sarif', of()));

    expect(isValid(log), JSON.stringify(problems())).toBe(true);
  });

  it('is refused by the schema where it is none', () => {
    expect(isValid({ version: '2.1.0', runs: [{ results: [] }] })).toBe(false);
  });

  it('has a result for each that is not met: failed, open, a note where it is optional, suppressed where accepted', async () => {
    const { runs } = JSON.parse(await drawn('sarif', verification(), 'ci/credential file.json'));

    expect(
      runs[0].results.map(({ ruleId, kind, level, suppressions }: Record<string, unknown>) => [
        ruleId,
        kind,
        level,
        Boolean(suppressions),
      ]),
    ).toEqual([
      ['ec2:CreateImage', 'fail', 'error', false],
      ['ec2:RegisterImage', 'fail', 'note', false],
      ['ec2:DeleteSnapshot', 'fail', 'error', true],
      ['ec2:CreateTags', 'open', 'none', false],
    ]);
    const place = runs[0].results[0].locations[0].physicalLocation.artifactLocation;
    expect(place).toEqual({ uri: 'ci/credential%20file.json' });
  });

  it('has a file for each result, and one result where nothing was told: an empty list would end all alerts', async () => {
    const [told, nothing] = await Promise.all([drawn('sarif'), drawn('sarif', failed())]);

    for (const result of JSON.parse(told).runs[0].results)
      expect(result.locations[0].physicalLocation.artifactLocation.uri).toBe('xoap/aws');
    expect(JSON.parse(nothing).runs[0].results).toMatchObject([
      { ruleId: 'sign-in', kind: 'fail', level: 'error' },
    ]);
  });

  it('knows the same finding again, whenever it is verified', async () => {
    const [one, other] = await Promise.all([
      drawn('sarif'),
      drawn('sarif', verification({ startedAt: '2026-12-01T08:00:00.000Z' })),
    ]);
    const prints = (text: string) =>
      JSON.parse(text).runs[0].results.map(
        (result: { partialFingerprints: Record<string, string> }) =>
          result.partialFingerprints['xoapFinding/v1'],
      );

    expect(prints(one)).toEqual(prints(other));
    expect(new Set(prints(one)).size).toBe(4);
  });
});

describe('JUnit', () => {
  async function problemsOf(xml: string): Promise<unknown> {
    const schema = await readFile(new URL('junit-10.xsd', schemas), 'utf8');
    const { valid, errors } = await validateXML({
      xml: [{ fileName: 'report.xml', contents: xml }],
      schema: [{ fileName: 'junit-10.xsd', contents: schema }],
    });
    return valid ? [] : errors;
  }

  it.each([
    ['missing', () => verification()],
    ['failed', failed],
  ])('of a verification that is %s is as the schema of Jenkins says', async (_verdict, of) => {
    expect(await problemsOf(await drawn('junit', of()))).toEqual([]);
  });

  it('is refused by the schema where it is none', async () => {
    expect(await problemsOf('<testsuites><test/></testsuites>')).not.toEqual([]);
  });

  it('fails for what is missing, and skips what is open, optional or accepted', async () => {
    const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' });
    const { testsuites } = parser.parse(await drawn('junit'));

    const outcomes = testsuites.testsuite.testcase.map(
      ({ name, failure, skipped }: Record<string, unknown>) => [
        name,
        failure ? 'failure' : skipped ? 'skipped' : 'passed',
      ],
    );
    expect(Object.fromEntries(outcomes)).toEqual({
      'ec2:CreateImage': 'failure',
      'ec2:RegisterImage': 'skipped',
      'ec2:DeleteSnapshot': 'skipped',
      'ec2:CreateTags': 'skipped',
      'ec2:StopInstances': 'passed',
      'ec2:CopyImage': 'passed',
    });
    expect(testsuites.testsuite).toMatchObject({ tests: '6', failures: '1', skipped: '3', errors: '0' });
  });

  it('is one error where nothing was reached', async () => {
    const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' });
    const { testsuites } = parser.parse(await drawn('junit', failed()));

    expect(testsuites.testsuite).toMatchObject({ tests: '1', errors: '1' });
    expect(testsuites.testsuite.testcase.error.type).toBe('provider.unreachable');
  });
});

describe('Markdown', () => {
  it('shows what is not ours as it is: no bar ends a cell, no line becomes a heading, no tag is one', async () => {
    const text = await drawn('markdown');

    const rows = text.split('\n').filter((line) => line.startsWith('|'));
    for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(4);
    expect(text.match(/^#+ .*/gm)).toEqual([
      '## ❌ aws 123456789012 · eu-central-1: missing',
      '### Add \\`it\\`',
    ]);
    expect(text).not.toMatch(/(?<!\\)<d>/);
    expect(text).toContain('````shell\necho "```"\n````');
  });

  it('begins with what is missing', async () => {
    const rows = (await drawn('markdown')).split('\n').filter((line) => /^\| (?!state|---)/.test(line));

    expect(rows.map((row) => row.split('|')[1]?.trim())).toEqual([
      '❌ missing',
      '❌ missing (optional)',
      '❌ missing (accepted)',
      '❔ inconclusive',
      '☑️ likely',
      '✅ granted',
    ]);
  });
});
