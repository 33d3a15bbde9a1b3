import { describe, expect, it } from 'vitest';
import { paginate } from '../../../adapters/slack/paginate.ts';
import { render } from '../../../adapters/slack/render.ts';
import { allChecksMessage, changeMessages, threadMessages } from '../../../src/chat/finding-messages.ts';
import type { Message } from '../../../src/chat/message.ts';
import { brokenMessage, runningMessage, verdictMessage } from '../../../src/chat/verification-messages.ts';
import { aws } from '../../../src/providers/aws/provider.ts';
import { changesBetween } from '../../../src/verification/changes.ts';
import { messageProblems } from '../../support/block-kit-checker.ts';
import { connectionOf, findingOf, verificationOf } from '../../support/findings.ts';

const subject = { connection: connectionOf(), provider: aws };
const askedBy = 'U000000001';
const four = Object.fromEntries(
  ['ec2:CreateImage', 'ec2:RegisterImage', 'ec2:DeleteSnapshot', 'ec2:DeregisterImage'].map(
    (id) => [id, 'missing'] as const,
  ),
);
const missing = verificationOf(four);
const everything = verificationOf(
  Object.fromEntries(aws.catalog.requirements.map(({ id }) => [id, 'missing'] as const)),
);
const unproven = verificationOf({
  'ec2:CopyImage': 'inconclusive',
  'prerequisite:default-vpc': 'inconclusive',
});
const failed = verificationOf(
  {},
  {
    verdict: 'failed',
    error: {
      code: 'provider.sign-in-failed',
      message: 'AWS does not know the access key id',
      hint: 'Check it in the IAM console.',
    },
    findings: [],
  },
);
const forbidden = verificationOf({
  'ec2:RunInstances': findingOf('ec2:RunInstances', 'missing', {
    layer: 'service-control-policy',
    denial: 'explicit',
  }),
  'prerequisite:default-vpc': findingOf('prerequisite:default-vpc', 'missing', {
    method: 'read',
    evidence: { code: 'VPCIdNotSpecified', text: 'EC2 says that eu-central-1 has no default VPC.' },
  }),
});
const limited = verificationOf({
  'ec2:StopInstances': findingOf('ec2:StopInstances', 'likely', {
    evidence: {
      code: 'InvalidInstanceID.NotFound',
      text: 'Not there.',
      caveat:
        'The policies allow it on arn:aws:ec2:eu-central-1:123456789012:instance/* only; the documentation asks for all resources.',
    },
  }),
});
const conflicting = verificationOf({
  'ec2:CopyImage': findingOf('ec2:CopyImage', 'inconclusive', {
    conflict: true,
    method: 'dry-run+simulation',
    evidence: {
      code: 'DryRunOperation',
      text: 'The two ways of checking disagree. AWS would have carried out the call. The policy simulator says explicitDeny on all resources.',
    },
  }),
});
const strange = { connection: connectionOf({ name: '*bold* <!channel> "ייצור" 🚀 `code`' }), provider: aws };
const ready = verificationOf();

const messages: Record<string, Message[]> = {
  'root-started': [runningMessage(subject)],
  'root-running': [runningMessage(subject, { checked: 12, total: 34, target: missing.target })],
  'root-missing': [verdictMessage(subject, { verification: missing, askedBy })],
  'root-ready': [verdictMessage(subject, { verification: ready, askedBy })],
  'root-ready-after-fix': [
    verdictMessage(subject, { verification: ready, askedBy, changes: changesBetween(missing, ready) }),
  ],
  'root-unproven': [verdictMessage(subject, { verification: unproven, askedBy })],
  'root-failed': [verdictMessage(subject, { verification: failed, askedBy })],
  'root-broken': [brokenMessage(subject, 'run-1')],
  'root-strange-name': [verdictMessage(strange, { verification: ready, askedBy })],
  'thread-missing': threadMessages(subject, missing),
  'thread-everything-missing': threadMessages(subject, everything),
  'thread-forbidden-from-above': threadMessages(subject, forbidden),
  'thread-unproven': threadMessages(subject, unproven),
  'thread-conflict': threadMessages(subject, conflicting),
  'thread-failed': threadMessages(subject, failed),
  'thread-limited': threadMessages(subject, limited),
  'thread-ready': threadMessages(subject, ready),
  'again-fixed': changeMessages(
    verificationOf({ 'ec2:CreateImage': 'missing' }),
    changesBetween(missing, verificationOf({ 'ec2:CreateImage': 'missing' })),
  ),
  'again-worse': changeMessages(missing, changesBetween(ready, missing)),
  'again-unchanged': changeMessages(missing, changesBetween(missing, missing)),
  'again-another-day': changeMessages(
    ready,
    changesBetween({ ...missing, startedAt: '2026-11-20T09:00:00.000Z' }, ready),
  ),
  'all-checks': [allChecksMessage(subject, missing)],
};

describe('every message on Slack', () => {
  it.each(Object.entries(messages))('%s is as it was, and within the limits', async (name, list) => {
    const rendered = list.flatMap(paginate).map(render);

    for (const message of rendered) expect(messageProblems(message)).toEqual([]);
    await expect(`${JSON.stringify(rendered, null, 2)}\n`).toMatchFileSnapshot(`./messages/${name}.json`);
  });

  it('does not let a name become markup, in the blocks or in the fallback', () => {
    const [message] = messages['root-strange-name'] ?? [];
    const { text, blocks } = render(message ?? { summary: '', parts: [] });

    expect(text).toContain('&lt;!channel&gt;');
    expect(blocks[0]?.type).toBe('rich_text');
    expect(JSON.stringify(blocks)).toContain('*bold* <!channel>');
  });

  it('never shows a green mark where something could not be told', () => {
    expect(JSON.stringify(messages['root-unproven']?.map(render))).not.toContain('✅');
  });
});

describe('a message beyond the limits', () => {
  const words = 'one word after another '.repeat(400);
  const pagesOf = (message: Message) => paginate(message).map((page) => ({ page, rendered: render(page) }));

  it('is split into pages, each within them, and nothing is lost', () => {
    const items = Array.from({ length: 400 }, (_, index) => [`item ${index} ${'x'.repeat(60)}`]);
    const pages = pagesOf({
      summary: 'Long',
      parts: [
        { kind: 'text', spans: [words] },
        { kind: 'list', items },
      ],
    });

    expect(pages.length).toBeGreaterThan(2);
    for (const { rendered } of pages) expect(messageProblems(rendered)).toEqual([]);
    const all = JSON.stringify(pages.map(({ rendered }) => rendered.blocks));
    for (const [item = ''] of items) expect(all).toContain(item);
    expect(all.match(/another/g)).toHaveLength(400);
  });

  it('sends a long snippet as a page of its own, uncut', () => {
    const code = { kind: 'code', language: 'json', text: 'x'.repeat(5_000) } as const;
    const pages = paginate({
      summary: 'Fix',
      parts: [{ kind: 'text', spans: ['before'] }, code, { kind: 'text', spans: ['after'] }],
    });

    expect(pages.map(({ parts }) => parts)).toContainEqual([code]);
  });

  it('keeps to the number of blocks', () => {
    const parts = Array.from(
      { length: 120 },
      (_, index) => ({ kind: 'detail', spans: [`line ${index}`] }) as const,
    );
    for (const { rendered } of pagesOf({ summary: 'Many', parts }))
      expect(messageProblems(rendered)).toEqual([]);
  });
});
