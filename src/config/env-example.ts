import type { z } from 'zod';
import { groupOf, type SettingGroup } from '../setting.ts';
import { allSettings } from './config.ts';

const headings: Readonly<Record<SettingGroup, string>> = {
  slack: 'Needed for Slack',
  teams: 'Needed for Microsoft Teams',
  production: 'In production',
  anywhere: 'Where the defaults do not suit',
  tests: 'Only for tests and the demo; refused in production',
};

/** What counts where a setting is not set, where that is a text or a number. */
function defaultOf(schema: z.ZodType): string {
  const { data } = schema.safeParse(undefined);
  return typeof data === 'string' || typeof data === 'number' ? String(data) : '';
}

/** The text of `.env.example`: every setting with its sentence and its default, by what it is for. */
export function envExample(): string {
  const groups = Object.entries(headings).map(([group, heading]) => {
    const members = Object.entries(allSettings).filter(([, schema]) => groupOf(schema) === group);
    const lines = members.map(([name, schema]) => `# ${schema.description}\n#${name}=${defaultOf(schema)}\n`);
    return [`# ── ${heading} ──\n`, ...lines].join('\n');
  });
  return groups.join('\n');
}
