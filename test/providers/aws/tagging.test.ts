import { describe, expect, it } from 'vitest';
import {
  judgeTags,
  type TagOutcome,
  taggedAfterwards,
  tagging,
  taggingActions,
  tagsWhile,
} from '../../../src/providers/aws/tagging.ts';
import type { AnswerParts } from '../../../src/providers/provider.ts';

describe('what a build tags', () => {
  it.each([
    ['aws', 6, ['image', 'snapshot'], ['image', 'snapshot']],
    ['aws-us-gov', 5, [], ['image', 'snapshot']],
    ['aws-cn', 0, [], ['image', 'snapshot', 'instance', 'network-interface', 'volume']],
  ])('in %s: by %i actions while it makes something, images %j, afterwards %j', (partition, ...expected) => {
    expect([
      taggingActions(partition).length,
      tagsWhile('ec2:CreateImage', partition),
      taggedAfterwards(partition),
    ]).toEqual(expected);
  });

  it('is by the action that makes it, and once more by none', () => {
    const all = tagging('aws-us-gov');
    expect(all).toContainEqual({ action: 'ec2:CreateVolume', kinds: ['volume'] });
    expect(all.at(-1)).toEqual({ kinds: ['image', 'snapshot'] });
    expect(all).toHaveLength(6);
    expect(tagsWhile('ec2:CreateVolume', 'aws-cn')).toEqual([]);
  });

  it('is nothing where nothing is made', () => {
    expect(tagsWhile('ec2:StopInstances', 'aws')).toEqual([]);
  });
});

describe('CreateTags', () => {
  const told = (state: AnswerParts['state']): AnswerParts => ({
    state,
    method: 'dry-run',
    evidence: { text: 'As AWS said.' },
  });
  const outcome = (action: string, result: TagOutcome['outcome']): TagOutcome => ({
    action,
    kinds: ['volume'],
    outcome: result,
    ...(result === 'denied' && { refusal: told('missing') }),
  });

  it.each<[string, AnswerParts['state'], TagOutcome['outcome'][], AnswerParts['state']]>([
    ['is held where nothing is refused', 'likely', ['allowed', 'open'], 'likely'],
    ['is missing where one way is refused', 'likely', ['allowed', 'denied'], 'missing'],
    ['is missing where all ways are refused', 'missing', ['denied', 'open'], 'missing'],
    ['is missing where the direct call is and no other way is known', 'missing', ['open', 'open'], 'missing'],
    ['is open where the direct call alone is refused', 'missing', ['allowed', 'open'], 'inconclusive'],
    ['is open where the direct call is', 'inconclusive', ['allowed'], 'inconclusive'],
  ])('%s', (_what, direct, results, expected) => {
    const outcomes = results.map((result, index) => outcome(`ec2:Make${index}`, result));
    expect(judgeTags(told(direct), outcomes).state).toBe(expected);
  });

  it('says by which actions it is refused, and by which it is allowed', () => {
    const outcomes = [
      outcome('ec2:MakeA', 'denied'),
      outcome('ec2:MakeB', 'allowed'),
      outcome('ec2:MakeC', 'open'),
    ];
    expect(judgeTags(told('likely'), outcomes).evidence).toEqual({
      text: 'As AWS said.',
      caveat:
        'Tags are refused while they are set by ec2:MakeA (volume). It is allowed by ec2:MakeB (volume).',
    });
    expect(judgeTags(told('likely'), outcomes.slice(0, 1)).evidence.caveat).toBe(
      'Tags are refused while they are set by ec2:MakeA (volume).',
    );
  });

  it('says which builds stop where only what is there may not be tagged', () => {
    const { evidence } = judgeTags(told('missing'), [outcome('ec2:MakeB', 'allowed')]);
    expect(evidence.text).toMatch(
      /^Tags may be set while making .* \(ec2:MakeB \(volume\)\).* As AWS said\.$/,
    );
  });
});
