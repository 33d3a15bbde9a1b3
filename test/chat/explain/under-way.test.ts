import { describe, expect, it } from 'vitest';
import { createUnderWay } from '../../../src/chat/explain/under-way.ts';

const kim = { workspaceId: 'slack:T1', userId: 'U1' };
const lee = { workspaceId: 'slack:T1', userId: 'U2' };

describe('what is under way', () => {
  it('has a limit for a person and for a workspace, which ends with the work', async () => {
    const underWay = createUnderWay({ person: 1, workspace: 2 });
    const [first, second] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
    const running = underWay.run(kim, () => first.promise);
    expect(await underWay.run(kim, async () => 'more')).toEqual({ of: 'person', most: 1 });
    const other = underWay.run(lee, () => second.promise);
    const third = { ...lee, userId: 'U3' };
    expect(await underWay.run(third, async () => 'more')).toEqual({ of: 'workspace', most: 2 });
    expect(await underWay.run({ workspaceId: 'slack:T2', userId: 'U1' }, async () => 'done')).toBe('done');
    first.resolve('done');
    expect(await running).toBe('done');
    expect(await underWay.run(kim, async () => 'again')).toBe('again');
    second.reject(new Error('broken'));
    await expect(other).rejects.toThrow('broken');
    expect(await underWay.run(lee, async () => 'again')).toBe('again');
  });

  it('is waited for at the end, whatever becomes of it', async () => {
    const underWay = createUnderWay({ person: 1, workspace: 1 });
    const work = Promise.withResolvers<void>();
    underWay.later(work.promise);
    let isClosed = false;
    const closing = underWay.close().then(() => {
      isClosed = true;
    });
    await Promise.resolve();
    expect(isClosed).toBe(false);
    work.reject(new Error('broken'));
    await closing;
  });
});
