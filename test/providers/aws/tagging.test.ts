import { describe, expect, it } from 'vitest';
import {
  judgeTags,
  type TagOutcome,
  taggedAfterwards,
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
});
