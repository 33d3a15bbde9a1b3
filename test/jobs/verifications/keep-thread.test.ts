import { describe, expect, it } from 'vitest';
import { createKeepThread } from '../../../jobs/verifications/keep-thread.ts';
import type { ChatAdapter } from '../../../src/chat/delivery/chat-adapter.ts';
import type { Thread } from '../../../src/chat/delivery/threads.ts';
import { threadMessages } from '../../../src/chat/messages/finding-messages.ts';
import { type Message, plainTexts } from '../../../src/chat/model/message.ts';
import { createAws } from '../../../src/providers/aws/provider.ts';
import type { Verification } from '../../../src/verification/verification.ts';
import { connectionOf, findingOf, verificationOf } from '../../support/findings.ts';

const connection = connectionOf();
const subject = { connection, provider: createAws() };
const key = { workspaceId: connection.workspaceId, connectionId: connection.id };
const root = { conversationId: 'C1', messageId: 'root' };
const later = { startedAt: '2026-11-22T15:00:00.000Z' };

/** The replies of a thread, each by its place, as two runs leave them; of the second, what it says anew is given. */
async function keep(first: Verification, next: Verification, pages: readonly Message[] = []) {
  const texts = new Map<string, string>();
  const adapter: Pick<ChatAdapter, 'paginate' | 'update'> = {
    paginate: (message) => [message],
    update: async (_workspaceId, { messageId }, message) => void texts.set(messageId, plainTexts(message)),
  };
  let known: Thread[] = [];
  const { renewReplies, rememberThread } = createKeepThread({
    adapterOf: () => adapter as ChatAdapter,
    threads: {
      all: async () => known,
      put: async (_key, thread) => {
        known = [thread];
      },
    },
  });
  const run = async (verification: Verification, said: readonly Message[]) => {
    const saying = { key, root, subject, verification, pages: said };
    await renewReplies(saying);
    const refs = said.map((message, index) => {
      const messageId = `${message.tells}-${index}-${verification.startedAt}`;
      texts.set(messageId, plainTexts(message));
      return { conversationId: 'C1', messageId };
    });
    await rememberThread({ ...saying, runId: verification.startedAt, conversationId: 'C1', refs });
  };
  await run(first, threadMessages(subject, first));
  const before = new Map(texts);
  await run(next, pages);
  const told = (tells: string) => [...texts].find(([id]) => id.startsWith(tells))?.[1] ?? '';
  const wasTold = (tells: string) => [...before].find(([id]) => id.startsWith(tells))?.[1] ?? '';
  return { told, wasTold, replies: known[0]?.replies ?? [] };
}

const missing = verificationOf({ 'ec2:CopyImage': 'missing' });

describe('what was said of a problem', () => {
  it('is over once all of it is held', async () => {
    const { told } = await keep(missing, verificationOf({}, later));

    expect(told('missing')).toMatch(/^✅ Nothing of this is missing any more/);
    expect(told('fix')).toMatch(/^✅ This fix is not needed any more/);
  });

  it('stays as it was where a run could not tell', async () => {
    const { told, wasTold } = await keep(missing, verificationOf({ 'ec2:CopyImage': 'inconclusive' }, later));

    expect(told('missing')).toBe(wasTold('missing'));
    expect(told('fix')).toBe(wasTold('fix'));
  });

  it('is over though something else could never be told, or was accepted long ago', async () => {
    const more = { accepted: { by: 'U1', until: '2027-03-01', reason: 'So.' } };
    const others = {
      'ec2:CreateTags': findingOf('ec2:CreateTags', 'missing', more),
      'ec2:RunInstances': 'inconclusive',
    } as const;
    const first = verificationOf({ ...others, 'ec2:CopyImage': 'missing' });
    const { told } = await keep(first, verificationOf(others, later));

    expect(told('missing')).toMatch(/^✅ Nothing of this is missing any more/);
  });

  it('is not called met where it was accepted', async () => {
    const more = { accepted: { by: 'U1', until: '2027-03-01', reason: 'So.' } };
    const finding = findingOf('ec2:CopyImage', 'missing', more);
    const { told } = await keep(missing, verificationOf({ 'ec2:CopyImage': finding }, later));

    for (const tells of ['missing', 'fix'])
      expect(told(tells)).toMatch(/^☑️ What of this is still missing was accepted, as of /);
  });

  it('says where the newer one is', async () => {
    const next = verificationOf({ 'ec2:CreateImage': 'missing' }, later);
    const fix = threadMessages(subject, next).filter(({ tells }) => tells === 'fix');
    const { told } = await keep(missing, next, fix);

    expect(told('fix')).toBe('What stood here is out of date: a newer one is below.');
    expect(told('missing')).toMatch(/^Missing \(1\)\nTake the image/);
  });

  it('tells the reason for everything as long as it is so', async () => {
    const everything = verificationOf(
      {},
      {
        findings: verificationOf().findings.map((finding) =>
          finding.requirement.startsWith('ec2:')
            ? findingOf(finding.requirement, 'missing', {
                layer: 'service-control-policy',
                denial: 'explicit',
                policy: 'p-1',
              })
            : finding,
        ),
        remediation: [{ title: 'One reason for all', format: 'text', text: 'So.', fixes: [], isCause: true }],
        verdict: 'missing',
      },
    );
    const { told, wasTold } = await keep(everything, verificationOf({}, later));

    expect(wasTold('why')).toMatch(/^Why\n/);
    expect(told('why')).toMatch(/^✅ This is not so any more, as of /);
  });

  it('is remembered beyond a run that failed and said something of the same kind', async () => {
    const failed = verificationOf({}, { ...later, verdict: 'failed', findings: [] });
    const page = { summary: 'Fix', parts: [], tells: 'fix' } as const;
    const { replies } = await keep(missing, failed, [page]);

    expect(replies.filter(({ tells }) => tells === 'fix')).toHaveLength(2);
  });
});
