import { describe, expect, it } from 'vitest';
import { changeMessages } from '../../../src/chat/messages/change-messages.ts';
import { threadMessages } from '../../../src/chat/messages/finding-messages.ts';
import { callsSentence, verdictMessage } from '../../../src/chat/messages/verification-messages.ts';
import { type Message, plainTexts } from '../../../src/chat/model/message.ts';
import { createAws } from '../../../src/providers/aws/provider.ts';
import { createAzure } from '../../../src/providers/azure/provider.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import { changesBetween } from '../../../src/verification/changes.ts';
import type { Remediation, Verification } from '../../../src/verification/verification.ts';
import { connectionOf, findingOf, verificationOf } from '../../support/findings.ts';

const subject = { connection: connectionOf({ name: 'prod-eu' }), provider: createAws() };
const verdict = (verification: Verification) =>
  verdictMessage(subject, { verification, askedBy: 'U1' }).summary;
const accepted = (requirement: string, state: 'missing' | 'inconclusive') =>
  findingOf(requirement, state, { accepted: { by: 'U1', until: '2027-03-01', reason: 'So.' } });
const titles = (messages: Message[]) => messages.map((message) => plainTexts(message).split('\n')[0]);

describe('the verdict', () => {
  it('calls nothing lost that was accepted before, though it is missing', () => {
    const before = verificationOf({ 'ec2:CreateImage': accepted('ec2:CreateImage', 'missing') });
    const verification = verificationOf({ 'ec2:CreateImage': 'missing' });
    const changes = changesBetween(before, verification);

    expect(verdictMessage(subject, { verification, askedBy: 'U1', changes }).summary).toContain(
      '❌ prod-eu cannot build images: ec2:CreateImage is missing',
    );
  });

  it.each([
    ['ready', verificationOf(), '✅ prod-eu can build images: 34 of 34 met (34 proven)'],
    [
      'missing',
      verificationOf({ 'ec2:CreateImage': 'missing' }),
      '❌ prod-eu cannot build images: ec2:CreateImage is missing',
    ],
    [
      'unproven',
      verificationOf({ 'ec2:CreateImage': 'inconclusive' }),
      '❔ prod-eu may be able to build images: 1 of 34 could not be told',
    ],
  ])('%s is said first', (_verdict, verification, text) => {
    expect(verdict(verification)).toContain(text);
  });

  it.each([
    [
      'ready with what somebody accepted promises no build',
      { 'ec2:CreateImage': accepted('ec2:CreateImage', 'missing') },
      '☑️ prod-eu is ready, 1 accepted by @U1 until 1 Mar 2027: 33 of 34 met (33 proven)',
    ],
    [
      'missing counts what is accepted apart',
      { 'ec2:CreateImage': accepted('ec2:CreateImage', 'missing'), 'ec2:CopyImage': 'missing' },
      '❌ prod-eu cannot build images: ec2:CopyImage is missing, 1 accepted by @U1 until 1 Mar 2027',
    ],
    [
      'unproven does not claim that nothing is missing',
      { 'ec2:CreateImage': accepted('ec2:CreateImage', 'missing'), 'ec2:CopyImage': 'inconclusive' },
      '❔ prod-eu may be able to build images: 1 of 34 could not be told, no other is known to be missing, 1 accepted by @U1 until 1 Mar 2027',
    ],
  ] as const)('%s', (_what, states, text) => {
    expect(verdict(verificationOf(states))).toBe(text);
  });

  it('is unproven where nothing but accepted findings is left', () => {
    const { findings } = verificationOf();
    const all = Object.fromEntries(
      findings
        .filter(({ state }) => state === 'granted')
        .map(({ requirement }) => [requirement, accepted(requirement, 'missing')] as const),
    );
    expect(verdict(verificationOf(all))).toBe(
      '❔ prod-eu is unproven: nothing is known to be granted, 34 accepted by @U1 until 1 Mar 2027',
    );
  });

  it('failed says why', () => {
    const error = { code: 'provider.sign-in-failed', message: 'The key was deleted' };
    expect(verdict(verificationOf({}, { verdict: 'failed', error }))).toBe(
      '🔑 prod-eu cannot sign in: the key was deleted',
    );
  });

  it('failed without an answer is no certainty', () => {
    const error = { code: 'provider.unreachable', message: 'AWS gave no answer' };
    expect(verdict(verificationOf({}, { verdict: 'failed', error }))).toBe(
      '⚠️ prod-eu could not be verified: AWS gave no answer',
    );
  });

  it('tells what is met and how sure that is', () => {
    const states = { 'ec2:CreateImage': 'likely', 'ec2:CopyImage': 'likely' } as const;
    expect(verdict(verificationOf(states))).toBe(
      '✅ prod-eu can build images: 34 of 34 met (32 proven, 2 likely)',
    );
  });

  it.each([
    [
      'a loss as a loss',
      verificationOf(),
      { 'ec2:CreateImage': 'missing' },
      '❌ prod-eu can no longer build images: ec2:CreateImage is missing · lost since 14:02 UTC',
    ],
    [
      'one more loss, where it could not before either',
      verificationOf({ 'ec2:CopyImage': 'missing' }),
      { 'ec2:CreateImage': 'missing', 'ec2:CopyImage': 'missing' },
      '❌ prod-eu cannot build images: ec2:CopyImage and ec2:CreateImage are missing · lost since 14:02 UTC: ec2:CreateImage',
    ],
    [
      'a loss beside a fix',
      verificationOf({ 'ec2:CopyImage': 'missing' }),
      { 'ec2:CreateImage': 'missing' },
      '❌ prod-eu cannot build images: ec2:CreateImage is missing · lost since 14:02 UTC · fixed since 14:02 UTC: ec2:CopyImage',
    ],
    [
      'no loss where it could not be told before',
      verificationOf({ 'ec2:CreateImage': 'inconclusive' }),
      { 'ec2:CreateImage': 'missing' },
      '❌ prod-eu cannot build images: ec2:CreateImage is missing',
    ],
  ] as const)('tells %s', (_what, before, states, text) => {
    const verification = verificationOf(states);
    const changes = changesBetween(before, verification);
    expect(verdictMessage(subject, { verification, askedBy: 'U1', changes }).summary).toBe(text);
  });

  it('is followed by where, who, when and by whom, and by a call that was carried out for real', () => {
    const detail = (verification: Verification) =>
      plainTexts({ ...verdictMessage(subject, { verification, askedBy: 'U1' }) }).split('\n')[1];
    expect(detail(verificationOf())).toBe(
      'AWS 123456789012 · eu-central-1 · user xoap-packer · checked 14:02 UTC · @U1',
    );
    const carriedOut = findingOf('ec2:CreateImage', 'inconclusive', {
      evidence: { code: 'DryRunNotHonoured', text: 'AWS carried it out.' },
    });
    expect(detail(verificationOf({ 'ec2:CreateImage': carriedOut }))).toContain(
      'one call was carried out for real, see below',
    );
  });

  it('never says that nothing was created where a dry run was carried out, by the codes of the provider', () => {
    const evidence = { code: 'DryRunNotHonoured', text: 'AWS carried it out.' };
    const verification = verificationOf({
      'ec2:CreateImage': findingOf('ec2:CreateImage', 'inconclusive', { evidence }),
    });
    expect(callsSentence(subject, verification)).toContain('carried out for real');
    expect(callsSentence(subject, verificationOf())).toContain('nothing was created');
    const other = { ...subject.provider, incidentCodes: [] };
    expect(callsSentence({ ...subject, provider: other }, verification)).toContain('nothing was created');
  });
});

describe('the buttons below a verdict', () => {
  const azure = createAzure({});
  const labels = (verification: Verification, provider: Provider = azure) => {
    const { parts } = verdictMessage({ ...subject, provider }, { verification, askedBy: 'U1' });
    return parts.flatMap((part) => (part.kind === 'buttons' ? part.buttons.map(({ label }) => label) : []));
  };
  const failed = (code: string) =>
    verificationOf({}, { verdict: 'failed', error: { code, message: 'x' }, findings: [] });

  it.each<[string, Verification, string[]]>([
    ['ready', verificationOf(), ['Verify again', 'Show all checks']],
    [
      'missing',
      verificationOf({ 'ec2:CreateImage': 'missing' }),
      ['Verify again', 'Verify again in 5 minutes', 'Accept…', 'Show all checks'],
    ],
    [
      'a refused sign-in, which no waiting mends',
      failed('provider.sign-in-failed'),
      ['Replace credential…', 'Verify again', 'Show all checks'],
    ],
    [
      'no answer',
      failed('provider.unreachable'),
      ['Verify again', 'Verify again in 5 minutes', 'Show all checks'],
    ],
  ])('of %s are those that help', (_what, verification, expected) => {
    expect(labels(verification)).toEqual(expected);
  });
});

describe('the thread', () => {
  it('names what is missing and how that is known, in the words of the provider', () => {
    const [, missing] = threadMessages(subject, verificationOf({ 'ec2:CreateImage': 'missing' }));
    const text = plainTexts(missing as Message);
    expect(text).toContain('Missing (1)');
    expect(text).toContain(
      'AWS answered UnauthorizedOperation to a dry run (no identity-based policy allows it).',
    );
  });

  it('begins with the one reason for everything, where there is one', () => {
    const cause: Remediation = { title: 'One', format: 'text', text: 'x', fixes: [], isCause: true };
    const verification = verificationOf({ 'ec2:CreateImage': 'missing' }, { remediation: [cause] });

    expect(titles(threadMessages(subject, verification))).toEqual([
      'Why',
      'Missing (1)',
      'What was checked and how',
    ]);
  });

  it('tells apart what could not be told, what contradicts itself, and what holds under a condition', () => {
    const verification = verificationOf({
      'ec2:CreateImage': findingOf('ec2:CreateImage', 'inconclusive', { conflict: true }),
      'ec2:CreateTags': findingOf('ec2:CreateTags', 'inconclusive', { condition: 'aws:ResourceTag' }),
      'ec2:RunInstances': 'inconclusive',
    });
    expect(titles(threadMessages(subject, verification))).toEqual([
      'The two ways of checking disagree (1)',
      'Depends on a condition (1)',
      'Could not be told (1)',
      'What was checked and how',
    ]);
  });

  it('says after a repeated run only what changed', () => {
    const before = verificationOf({ 'ec2:CreateImage': 'missing' });
    const after = verificationOf({ 'ec2:CreateTags': 'missing' });
    const [news] = changeMessages(subject, after, changesBetween(before, after));
    expect(news?.summary).toMatch(/Fixed since .*: ec2:CreateImage.*Lost since .*: ec2:CreateTags/);
    const [same] = changeMessages(subject, before, changesBetween(before, before));
    expect(same?.summary).toContain('Nothing changed since');
  });
});
