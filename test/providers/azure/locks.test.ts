import { describe, expect, it } from 'vitest';
import { readLocks } from '../../../src/providers/azure/locks.ts';

const own = '/subscriptions/50000000-0000-4000-8000-000000000001';
const type = 'providers/Microsoft.Authorization/locks';
const lock = (level: string, inside = '', name = 'keep') => ({
  id: `${own}${inside}/${type}/${name}`,
  name,
  level,
});
const read = (...locks: ReturnType<typeof lock>[]) => readLocks({ kind: 'done', output: locks });

describe('locks', () => {
  it('that may not be read, or do not come, leave it open', () => {
    const refused = { kind: 'refused', status: 403, code: 'AuthorizationFailed', message: '' } as const;
    expect(readLocks(refused)).toMatchObject({
      state: 'inconclusive',
      evidence: { text: expect.stringContaining('may not be read by this credential') },
    });
    expect(readLocks({ kind: 'unreachable', message: 'was silent' })).toMatchObject({
      state: 'inconclusive',
      evidence: { text: 'Azure was silent when asked for the locks, one of which could stop builds.' },
    });
  });

  it('that are none leave nothing to say', () => {
    expect(read()).toEqual({
      state: 'granted',
      method: 'read',
      evidence: { text: 'No lock keeps builds from creating what they need.' },
    });
  });

  it.each(['ReadOnly', 'readonly'])('of level %s on the subscription stop builds', (level) => {
    expect(read(lock(level))).toMatchObject({
      state: 'missing',
      layer: 'lock',
      denial: 'explicit',
      evidence: { code: 'ReadOnly' },
    });
    expect(read(lock(level)).evidence.caveat).toBeUndefined();
    expect(read(lock(level), lock('ReadOnly', '/resourceGroups/g')).evidence.caveat).toContain(
      '“keep” (ReadOnly) on resource group g',
    );
  });

  it.each(['NotSpecified', 'ReadOnlyish', 'NotReadOnly', 'CanNotDeleteIt', 'ICanNotDelete'])(
    'of level %s are not known',
    (level) => {
      expect(read(lock(level))).toMatchObject({ state: 'inconclusive' });
    },
  );

  it('are named by their number', () => {
    expect(read(lock('ReadOnly')).evidence.text).toMatch(/^The lock “keep”/);
    expect(read(lock('ReadOnly'), lock('ReadOnly', '', 'two')).evidence.text).toMatch(
      /^The locks “keep” \(ReadOnly\) and “two” \(ReadOnly\)/,
    );
  });

  it('against deletion let builds finish and leave things behind', () => {
    expect(read(lock('CanNotDelete'))).toMatchObject({
      state: 'granted',
      evidence: {
        caveat: expect.stringMatching(
          /^The lock “keep”.*a build that replaces what an earlier one made fails\.$/,
        ),
      },
    });
  });

  it.each([
    ['/resourceGroups/g', 'resource group g'],
    ['/resourceGroups/build-group', 'resource group build-group'],
    ['/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v', 'a resource in resource group g'],
    ['/resourceGroups/g', 'something in the subscription', 'keep/more'],
    ['', 'something in the subscription', 'keep/more'],
    ['/providers/Microsoft.X/y/z', 'something in the subscription', 'keep'],
  ])('inside, at %s, are mentioned only', (inside, words, path = 'keep') => {
    const told = read({ ...lock('CanNotDelete', inside), id: `${own}${inside}/${type}/${path}` });

    expect(told.state).toBe('granted');
    expect(told.evidence.caveat).toBe(
      `Locked inside of the subscription: “keep” (CanNotDelete) on ${words}. A build that is told to use one of these cannot clean up there.`,
    );
  });

  it.each([
    ['', 'something in the subscription'],
    ['/resourceGroups/g', 'something in the subscription'],
  ])('of another shape, at %s, are not taken for more than they are', (inside, words) => {
    const odd = { ...lock('CanNotDelete', inside), id: `x${own}${inside}/${type}/keep` };
    expect(read(odd).evidence.caveat).toContain(`on ${words}.`);
  });

  it.each(['NotReadOnly', 'ReadOnlyish'])('inside, of level %s, are not taken for read-only', (level) => {
    expect(read(lock(level, '/resourceGroups/g')).evidence.caveat).toContain('cannot clean up there.');
  });

  it('inside are told for three, those against changes first', () => {
    const groups = ['a', 'b', 'c'].map((name) => lock('CanNotDelete', `/resourceGroups/${name}`));
    expect(read(...groups).evidence.caveat).not.toContain('more');
    expect(read(...groups, lock('CanNotDelete', '/resourceGroups/long')).evidence.caveat).not.toContain(
      'long',
    );

    const { caveat } = read(...groups, lock('ReadOnly', '/resourceGroups/d')).evidence;
    expect(caveat).toMatch(
      /: “keep” \(ReadOnly\) on resource group d, .* and 1 more\. A build that is told to use what is/,
    );
  });
});
