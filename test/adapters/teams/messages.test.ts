import { describe, expect, it } from 'vitest';
import { limits } from '../../../adapters/teams/limits.ts';
import { paginate } from '../../../adapters/teams/paginate.ts';
import { render } from '../../../adapters/teams/render.ts';
import { cardProblems, readCard } from '../../../simulations/teams/card-checker.ts';
import type { Message, Part } from '../../../src/chat/model/message.ts';
import { sampleExplanations, strainingExplanations } from '../../support/sample-explanations.ts';
import { sampleMessages } from '../../support/sample-messages.ts';
import { sampleReports } from '../../support/sample-reports.ts';

const names = new Map([['U000000001', 'Kim Example']]);
const cardsOf = (message: Message) => paginate(message).map((page) => render(page, { names }) as never);

describe('every message in Teams', () => {
  it.each(Object.entries({ ...sampleMessages, ...sampleReports, ...sampleExplanations }))(
    '%s is as it was, and within the limits',
    async (name, list) => {
      const cards = list.flatMap(cardsOf);

      for (const card of cards) expect(cardProblems(card)).toEqual([]);
      await expect(`${JSON.stringify(cards, null, 2)}\n`).toMatchFileSnapshot(`./messages/${name}.json`);
    },
  );

  it.each(Object.entries(strainingExplanations))('%s is within the limits', (_what, list) => {
    for (const card of list.flatMap(cardsOf)) expect(cardProblems(card)).toEqual([]);
  });

  it('holds names in text runs, which know no markup', () => {
    const [message] = sampleMessages['root-strange-name'] ?? [];
    const card = render(message ?? { summary: '', parts: [] }, { names });

    expect(JSON.stringify(card.body)).toContain('*bold* <!channel>');
    expect(JSON.stringify(card.body)).not.toContain('"TextBlock"');
  });

  it('names the person who asked, and nobody where the name is not known', () => {
    const [message = { summary: '', parts: [] }] = sampleMessages['root-ready'] ?? [];

    expect(readCard(render(message, { names }) as never)).toContain('· Kim Example');
    expect(readCard(render(message) as never)).toContain('· somebody');
  });
});

describe('a message beyond the budget of a card', () => {
  const many: Part[] = [
    { kind: 'text', spans: ['one word after another '.repeat(3_000)] },
    { kind: 'list', items: Array.from({ length: 400 }, (_, index) => [`item-${index} ${'x'.repeat(60)}`]) },
    {
      kind: 'table',
      columns: ['State', 'Requirement'],
      rows: Array.from({ length: 300 }, (_, index) => [['✅ granted'], [{ code: `row-${index}` }]]),
    },
    {
      kind: 'code',
      language: 'json',
      text: Array.from({ length: 900 }, (_, index) => `  "line-${index}": 1,`).join('\n'),
    },
    { kind: 'list', items: [['ß🚀'.repeat(20_000)]] },
    { kind: 'code', language: 'text', text: `begin ${'y'.repeat(40_000)} end` },
    {
      kind: 'table',
      columns: ['One', 'Other'],
      rows: [[['z'.repeat(15_000)], [{ link: 'https://example.com/kept', text: 'right' }]]],
    },
  ];
  const cards = cardsOf({ summary: 'Long', parts: many });
  const text = cards.map((card) => readCard(card)).join('\n');

  it('is split into cards, each within it', () => {
    expect(cards.length).toBeGreaterThan(5);
    for (const card of cards) {
      expect(cardProblems(card)).toEqual([]);
      expect(Buffer.byteLength(JSON.stringify(card))).toBeLessThanOrEqual(limits.card.bytes);
    }
  });

  it('loses nothing, and says how pieces of code go together', () => {
    for (let index = 0; index < 400; index += 1) expect(text).toContain(`item-${index} `);
    for (let index = 0; index < 300; index += 1) expect(text).toContain(`row-${index}`);
    for (let index = 0; index < 900; index += 1) expect(text).toContain(`"line-${index}": 1,`);
    expect(text.match(/another/g)).toHaveLength(3_000);
    expect(text.match(/ß/g)).toHaveLength(20_000);
    expect(text.match(/y/g)?.length).toBeGreaterThanOrEqual(40_000);
    expect(JSON.stringify(cards)).toContain('https://example.com/kept');
    expect(text).not.toContain('\uFFFD');
    expect(cards.every((card) => JSON.stringify(card).isWellFormed())).toBe(true);
    expect(text).toMatch(/Part 1 of \d+, \d+ lines; put them together/);
  });

  it('is numbered for those who read the notifications', () => {
    expect(cards.map(({ fallbackText }: { fallbackText: string }) => fallbackText)[1]).toBe(
      `Long (2 of ${cards.length})`,
    );
  });
});
