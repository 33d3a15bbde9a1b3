import { groupOf, type SettingGroup } from '../setting.ts';
import { allSettings } from './config.ts';

const headings: Readonly<Record<SettingGroup, string>> = {
  slack: 'Needed for Slack',
  teams: 'Needed for Microsoft Teams',
  production: 'In production',
  anywhere: 'Where the defaults do not suit',
  tests: 'Only for tests and the demo; refused in production',
};

/** The text of `.env.example`: every setting with its sentence, by what it is for. */
export function envExample(): string {
  const groups = Object.entries(headings).map(([group, heading]) => {
    const members = Object.entries(allSettings).filter(([, schema]) => groupOf(schema) === group);
    const lines = members.map(([name, { description }]) => `# ${description}\n#${name}=\n`);
    return [`# ── ${heading} ──\n`, ...lines].join('\n');
  });
  return groups.join('\n');
}
