import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { createCounted } from '../../src/app/metrics/counted.ts';
import { createState } from '../../src/app/metrics/state.ts';
import { isWithoutPromtool, promtool } from '../support/promtool.ts';
import { silent } from '../support/silent.ts';

const Rules = z.object({
  groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string(), expr: z.string() })) })),
});
const Dashboard = z.object({
  panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })) })),
});

const rules = Rules.parse(parse(await readFile('deploy/prometheus/rules.yaml', 'utf8'))).groups.flatMap(
  (group) => group.rules,
);
const panels = Dashboard.parse(JSON.parse(await readFile('deploy/grafana/xoap.json', 'utf8'))).panels;
const expressions = [
  ...rules.map(({ expr }) => expr),
  ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
];

/** The names of all that the bot tells. */
async function told(): Promise<string[]> {
  const registry = new Registry();
  createCounted(registry);
  const none = async () => {
    throw new Error('Nothing is read here');
  };
  createState(
    registry,
    { queues: none, memory: none, outbox: none, unreadable: none, async *connections() {} },
    silent,
  );
  return (await registry.getMetricsAsJSON()).map(({ name }) => name);
}

describe('alerts and dashboards', () => {
  it('ask for what the bot tells, and all that it tells is shown', async () => {
    const names = await told();
    const asked = expressions.flatMap((expr) => expr.match(/\bxoap_\w+/g) ?? []);
    const plain = new Set(asked.map((name) => name.replace(/_(bucket|count|sum)$/, '')));
    expect([...plain].filter((name) => !names.includes(name))).toEqual([]);
    const notShown = ['xoap_pace_wait_seconds', 'xoap_unreadable_records'];
    expect(names.filter((name) => !plain.has(name))).toEqual(notShown);
  });

  it.skipIf(isWithoutPromtool)(
    'are alerts that Prometheus takes, and that say what they should',
    async () => {
      expect(await promtool(['check', 'rules', 'deploy/prometheus/rules.yaml'])).toContain(
        `SUCCESS: ${rules.length} rules found`,
      );
      expect(await promtool(['test', 'rules', 'deploy/prometheus/rules.test.yaml'])).toContain('SUCCESS');
    },
  );

  it('are alerts that each have a test', async () => {
    const tests = await readFile('deploy/prometheus/rules.test.yaml', 'utf8');
    for (const { alert } of rules)
      expect(tests, alert).toMatch(new RegExp(`alertname: ${alert}\\n\\s+exp_alerts:\\n`));
  });

  it.skipIf(isWithoutPromtool)('are panels that Prometheus can answer', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'xoap-rules-'));
    const records = expressions.map((expr, index) => ({ record: `panel:${index}`, expr }));
    await writeFile(join(folder, 'panels.yaml'), stringify({ groups: [{ name: 'panels', rules: records }] }));
    expect(await promtool(['check', 'rules', join(folder, 'panels.yaml')])).toContain('SUCCESS');
    await rm(folder, { recursive: true });
  });
});
