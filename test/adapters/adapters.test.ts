import express from 'express';
import { describe, expect, it } from 'vitest';
import { createRedisConversations } from '../../adapters/redis/conversations.ts';
import { createRedisRefusals } from '../../adapters/redis/refusals.ts';
import { createSlackAdapter } from '../../adapters/slack/adapter.ts';
import { clientsWith } from '../../adapters/slack/clients.ts';
import { createTeamsAdapter } from '../../adapters/teams/adapter.ts';
import { clientsOf, createTeamsApp } from '../../adapters/teams/client.ts';
import { ConversationReference, Person } from '../../adapters/teams/conversations.ts';
import { readMessage } from '../../simulations/slack/person.ts';
import { botToken } from '../../simulations/slack/seed.ts';
import { startSlackWorkspace } from '../../simulations/slack/workspace.ts';
import { readCard } from '../../simulations/teams/card-checker.ts';
import { botId, clientId, startTeamsTenant } from '../../simulations/teams/tenant.ts';
import { sentence } from '../../src/chat/model/message.ts';
import { type AdapterHarness, describeChatAdapter } from '../contracts/chat-adapter.ts';
import { openTestRedis } from '../support/redis.ts';
import { silent } from '../support/silent.ts';
import { unnoted } from '../support/unnoted.ts';

async function slack(): Promise<AdapterHarness> {
  const workspace = await startSlackWorkspace();
  const clients = clientsWith(botToken, { slackApiUrl: workspace.apiUrl, logger: silent });
  return {
    adapter: createSlackAdapter({
      clientsOf: async () => clients,
      endings: { isOver: async () => false },
      // The pace has tests of its own.
      pacing: { reserve: async () => 0 },
      commandWord: '/xoap',
    }),
    workspaceId: `slack:${workspace.teamId}`,
    conversationId: workspace.channelId,
    userId: workspace.people.kim,
    roots: async (conversationId) => (await workspace.roots(conversationId)).map(readMessage),
    replies: async (conversationId, ts) => (await workspace.thread(conversationId, ts)).map(readMessage),
    refuse(how) {
      const error = how === 'down' ? 'service_unavailable' : 'not_in_channel';
      workspace.trouble.set('chat.postMessage', [{ error }]);
    },
    problems: workspace.problems,
    close: () => workspace.close(),
  };
}

async function teams(): Promise<AdapterHarness> {
  const [tenant, redis] = await Promise.all([startTeamsTenant(), openTestRedis()]);
  const app = createTeamsApp(
    {
      clientId,
      signIn: { kind: 'made-up' },
      tenantId: undefined,
      cloud: 'public',
      playgroundUrl: undefined,
      testIssuer: tenant.issuerUrl,
      logger: silent,
    },
    express(),
  );
  const conversations = createRedisConversations(redis.patient, {
    note: unnoted,
    platform: 'teams',
    reference: ConversationReference,
    person: Person,
  });
  const workspaceId = `teams:${tenant.tenantId}`;
  const reference = {
    conversationId: '19:contract@thread.tacv2',
    kind: 'channel',
    serviceUrl: tenant.serviceUrl,
    tenantId: tenant.tenantId,
    botId,
  } as const;
  const userId = '00000000-0000-4000-8000-00000000041a';
  const person = { id: `29:${userId}`, name: 'Kim Example' };
  await conversations.admit({ actor: { workspaceId, userId }, person, reference, once: 'contract' });
  const isRoot = (id: string, where: string) =>
    where === id || where === `${reference.conversationId};messageid=${id}`;
  return {
    adapter: createTeamsAdapter({
      clientFor: clientsOf(app),
      conversations,
      // The pace has tests of its own.
      pacing: { reserve: async () => 0 },
      life: { end: async () => undefined },
      refusals: createRedisRefusals(redis.patient),
      now: () => new Date(),
      commandWord: '@xoap',
    }),
    workspaceId,
    conversationId: reference.conversationId,
    userId,
    roots: async (conversationId) =>
      tenant.posts
        .filter(
          (post) =>
            post.conversationId === conversationId ||
            (post.conversationId.startsWith(`${conversationId};`) && isRoot(post.id, post.conversationId)),
        )
        .map(({ card }) => readCard(card)),
    replies: async (conversationId, messageId) =>
      tenant.posts
        .filter(
          (post) =>
            post.conversationId === `${conversationId};messageid=${messageId}` && post.id !== messageId,
        )
        .map(({ card }) => readCard(card)),
    refuse(how) {
      tenant.trouble.push(
        how === 'down' ? { status: 502 } : { status: 403, code: 'BotNotInConversationRoster' },
      );
    },
    problems: tenant.problems,
    close: () => Promise.all([tenant.close(), redis.close()]),
  };
}

describeChatAdapter('Slack', slack);
describeChatAdapter('Teams', teams);

describe('a post to Slack whose answer is lost', () => {
  /** An adapter as the product makes it, for a token with these scopes. */
  async function start(...scopes: string[]) {
    const workspace = await startSlackWorkspace();
    workspace.granted.push(...scopes);
    const open = (slackApiUrl: string) => {
      const clients = clientsWith(botToken, { slackApiUrl, logger: silent });
      return createSlackAdapter({
        clientsOf: async () => clients,
        endings: { isOver: async () => false },
        pacing: { reserve: async () => 0 },
        commandWord: '/xoap',
      });
    };
    const workspaceId = `slack:${workspace.teamId}`;
    const to = { workspaceId, conversationId: workspace.channelId };
    return { workspace, open, adapter: open(workspace.apiUrl), workspaceId, to };
  }

  it('is not sent again by itself, since it may be there; an edit is', async () => {
    const { workspace, adapter, workspaceId, to } = await start();
    const posts = () => workspace.calls.filter(({ method }) => method === 'chat.postMessage').length;

    for (const trouble of ['loses', { status: 500 }] as const) {
      const before = posts();
      workspace.trouble.set('chat.postMessage', [trouble]);
      const post = adapter.post(to, sentence('once'));
      await expect(post).rejects.toMatchObject({ code: 'chat.unavailable', retryAfterMs: undefined });
      expect(posts() - before).toBe(1);
    }
    const ref = await adapter.post(to, sentence('first'));
    workspace.trouble.set('chat.update', ['loses']);
    await adapter.update(workspaceId, ref, sentence('second'));

    expect((await workspace.roots(workspace.channelId)).map(readMessage)).toContain('second');
    await workspace.close();
  });

  it('is waited for where Slack tells of it, and only where it may be there', async () => {
    const { workspace, adapter, open, to } = await start('chat:write', 'metadata.message:read');
    const code = 'chat.unavailable';
    const heard = { code, retryAfterMs: 5_000 };
    for (const trouble of ['loses', { status: 503 }, { error: 'internal_error' }] as const) {
      workspace.trouble.set('chat.postMessage', [trouble]);
      await expect(adapter.post(to, sentence('once'))).rejects.toMatchObject(heard);
    }
    for (const [error, retryAfterMs] of [
      ['service_unavailable', undefined],
      ['not_in_channel', undefined],
    ] as const) {
      workspace.trouble.set('chat.postMessage', [{ error }]);
      await expect(adapter.post(to, sentence('never'))).rejects.toMatchObject({ retryAfterMs });
    }
    workspace.trouble.set('chat.postMessage', [{ retryAfter: 2 }]);
    await expect(adapter.post(to, sentence('later'))).rejects.toMatchObject({ retryAfterMs: 2_000 });
    const away = open('http://127.0.0.1:9/api/').post(to, sentence('unsent'));
    await expect(away).rejects.toMatchObject({ code, retryAfterMs: undefined });
    await workspace.close();
  });
});
