import { describe, expect, it } from 'vitest';
import { paginate } from '../../../adapters/slack/paginate.ts';
import { render } from '../../../adapters/slack/render.ts';
import { messageProblems } from '../../../simulations/slack/block-kit-checker.ts';
import type { Message } from '../../../src/chat/model/message.ts';
import { sampleExplanations, strainingExplanations } from '../../support/sample-explanations.ts';
import { sampleMessages as messages } from '../../support/sample-messages.ts';
import { sampleReports } from '../../support/sample-reports.ts';

describe('every message on Slack', () => {
  it.each(Object.entries({ ...messages, ...sampleReports, ...sampleExplanations }))(
    '%s is as it was, and within the limits',
    async (name, list) => {
      const rendered = list.flatMap(paginate).map((page) => render(page));

      for (const message of rendered) expect(messageProblems(message)).toEqual([]);
      await expect(`${JSON.stringify(rendered, null, 2)}\n`).toMatchFileSnapshot(`./messages/${name}.json`);
    },
  );

  it.each(Object.entries(strainingExplanations))('%s is within the limits', (_what, list) => {
    const rendered = list.flatMap(paginate).map((page) => render(page));
    for (const message of rendered) expect(messageProblems(message)).toEqual([]);
  });

  it('does not let a name become markup, in the blocks or in the fallback', () => {
    const [message] = messages['root-strange-name'] ?? [];
    const { text, blocks } = render(message ?? { summary: '', parts: [] });

    expect(text).toContain('&lt;!channel&gt;');
    expect(blocks[0]?.type).toBe('rich_text');
    expect(JSON.stringify(blocks)).toContain('*bold* <!channel>');
  });

  it('never shows a green mark where something could not be told', () => {
    expect(JSON.stringify(messages['root-unproven']?.map((page) => render(page)))).not.toContain('✅');
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
