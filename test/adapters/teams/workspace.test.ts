import { describe, expect, it } from 'vitest';
import { originOf, threaded, threadIn, untilDue } from '../../../adapters/teams/workspace.ts';
import { createTeamsPerson } from '../../../simulations/teams/person.ts';

const tenantId = '00000000-0000-4000-8000-0000000007e4';
const person = createTeamsPerson({ tenantId, serviceUrl: 'http://127.0.0.1/' } as never, '');
const origin = (more: Record<string, unknown>) =>
  originOf(person.activity({ type: 'message', ...more }) as never);

describe('where an activity comes from', () => {
  it.each([
    ['a channel', { id: '19:x@thread.tacv2;messageid=7', conversationType: 'channel' }, 'channel'],
    ['a channel that does not say so', { id: '19:x@thread.tacv2' }, 'channel'],
    ['a group chat', { id: '19:x@thread.v2', conversationType: 'groupChat' }, 'group'],
    ['a group chat that does not say so', { id: '19:x@thread.v2' }, 'group'],
    ['a chat of two', { id: 'a:x', conversationType: 'personal' }, 'personal'],
  ])('is told of %s', (_what, conversation, kind) => {
    const found = origin({ conversation: { tenantId, ...conversation } });

    expect(found?.reference).toMatchObject({ kind, conversationId: conversation.id.split(';')[0] });
    expect(found?.actor).toEqual({ workspaceId: `teams:${tenantId}`, userId: person.userId });
  });

  it.each([
    ['another channel of the Bot Connector', { channelId: 'directline' }],
    ['nobody of a directory', { from: { id: '29:x', name: 'Kim Example' } }],
    ['no tenant', { conversation: { id: 'a:x' }, channelData: {} }],
    ['two tenants', { channelData: { tenant: { id: 'other' } } }],
    ['no service', { serviceUrl: 'somewhere' }],
  ])('is not told of %s', (_what, more) => {
    expect(origin(more)).toBeUndefined();
  });

  it('is the same for an activity that is sent again, and another for the next', () => {
    const [one, again, next] = ['1', '1', '2'].map(
      (id) => origin({ id, conversation: { id: 'a:x', tenantId } })?.once,
    );

    expect(again).toBe(one);
    expect(next).not.toBe(one);
  });
});

it('the id of a thread names its root, whichever thread it was made from', () => {
  expect(threaded('19:x@thread.tacv2;messageid=1', '2')).toBe('19:x@thread.tacv2;messageid=2');
  expect(threadIn('19:x@thread.tacv2;messageid=2')).toBe('2');
  expect(threadIn('a:x')).toBeUndefined();
});

it('is to be answered within three seconds, whatever was waited for before', () => {
  const from = origin({ type: 'invoke', conversation: { id: '19:x@thread.tacv2', tenantId } });

  expect(from && untilDue(from)).toBeLessThan(3_000);
});
