import type { Action } from '../access/actions.ts';

/** Every command, once, for every platform, with the act that it is; what takes nothing is for everybody. */
export const commands = [
  {
    id: 'help',
    takes: undefined,
    words: 'help',
    argument: undefined,
    summary: 'Shows this list.',
    example: 'help',
  },
  {
    id: 'home',
    takes: 'connection.list',
    words: 'home',
    argument: '[PROFILE]',
    summary:
      'Shows how all connections and reports stand, problems first; PROFILE narrows it to connections that are for it.',
    example: 'home',
  },
  {
    id: 'explain',
    takes: 'log.explain',
    words: 'explain',
    argument: '[TEXT]',
    summary:
      'Says what ended a build, from what it printed: what is missing, for whom, and the fix. Without TEXT it asks.',
    example: 'explain',
  },
  {
    id: 'connection-add',
    takes: 'connection.add',
    words: 'connection add',
    argument: '[PROVIDER]',
    summary: 'Adds a connection and verifies what its credential may do.',
    example: 'connection add aws',
  },
  {
    id: 'connection-list',
    takes: 'connection.list',
    words: 'connection list',
    argument: '[TEXT]',
    summary: 'Lists connections with their latest verdict; TEXT narrows it to names that contain it.',
    example: 'connection list prod',
  },
  {
    id: 'connection-verify',
    takes: 'connection.verify',
    words: 'connection verify',
    argument: 'NAME, --tag TAG or --all',
    summary:
      'Verifies a connection again and answers in this conversation; those with a tag, or all, in one report.',
    example: 'connection verify prod-eu',
  },
  {
    id: 'connection-show',
    takes: 'connection.show',
    words: 'connection show',
    argument: 'NAME',
    summary:
      'Shows what is known of a connection: where, whose, its verdicts, and the age of its credential.',
    example: 'connection show prod-eu',
  },
  {
    id: 'connection-edit',
    takes: 'connection.change',
    words: 'connection edit',
    argument: 'NAME',
    summary:
      'Changes the name, tags, region, objects and options of a connection, or how it signs in: without a secret.',
    example: 'connection edit prod-eu',
  },
  {
    id: 'connection-rotate',
    takes: 'connection.change',
    words: 'connection rotate',
    argument: 'NAME',
    summary: 'Replaces the credential of a connection, once the new one has signed in; its history stays.',
    example: 'connection rotate prod-eu',
  },
  {
    id: 'connection-remove',
    takes: 'connection.remove',
    words: 'connection remove',
    argument: 'NAME',
    summary: 'Removes a connection and its credential, after asking.',
    example: 'connection remove prod-eu',
  },
  {
    id: 'report-now',
    takes: 'report.ask',
    words: 'report now',
    argument: '[NAME]',
    summary: 'Verifies all connections, or those of a scheduled report, and reports here.',
    example: 'report now',
  },
  {
    id: 'report-schedule',
    takes: 'report.schedule',
    words: 'report schedule',
    argument: undefined,
    summary: 'Schedules a report: which connections, when, where, and when it speaks.',
    example: 'report schedule',
  },
  {
    id: 'permissions',
    takes: undefined,
    words: 'permissions',
    argument: 'PROVIDER [--profile PROFILE]',
    summary: 'Shows what is needed at a provider, and how to give it; needs no connection.',
    example: 'permissions aws',
  },
  {
    id: 'report-list',
    takes: 'report.list',
    words: 'report list',
    argument: '[TEXT]',
    summary:
      'Lists the scheduled reports with when each comes next; TEXT narrows it to names that contain it.',
    example: 'report list morning',
  },
  {
    id: 'report-preview',
    takes: 'report.list',
    words: 'report preview',
    argument: '[NAME]',
    summary: 'Shows what a report would say of what is known already; calls no provider.',
    example: 'report preview',
  },
  {
    id: 'report-pause',
    takes: 'report.change',
    words: 'report pause',
    argument: 'NAME',
    summary: 'Pauses a scheduled report.',
    example: 'report pause Morning check',
  },
  {
    id: 'report-resume',
    takes: 'report.change',
    words: 'report resume',
    argument: 'NAME',
    summary: 'Lets a paused or snoozed report come again.',
    example: 'report resume Morning check',
  },
  {
    id: 'report-remove',
    takes: 'report.remove',
    words: 'report remove',
    argument: 'NAME',
    summary: 'Removes a scheduled report, after asking.',
    example: 'report remove Morning check',
  },
  {
    id: 'status',
    takes: undefined,
    words: 'status',
    argument: undefined,
    summary: 'Shows whether the bot works: what waits, who verifies what, and what failed lately.',
    example: 'status',
  },
  {
    id: 'access',
    takes: 'access.change',
    words: 'access',
    argument: undefined,
    summary: 'Shows who has which role here, and gives or takes them.',
    example: 'access',
  },
  {
    id: 'audit',
    takes: 'audit.read',
    words: 'audit',
    argument: '[TEXT] [since …]',
    summary:
      'Shows who did what, the newest first; TEXT narrows it to what contains it, since to what is newer.',
    example: 'audit prod-eu since 7d',
  },
  {
    id: 'export',
    takes: 'data.export',
    words: 'export',
    argument: 'audit|connections|verifications [csv|jsonl|ocsf] [since …]',
    summary: 'Sends you what is kept as a file, without any secret.',
    example: 'export connections csv',
  },
  {
    id: 'forget-me',
    takes: 'person.forget',
    words: 'forget-me',
    argument: undefined,
    summary: 'Says what is kept of you, and forgets it after asking.',
    example: 'forget-me',
  },
  {
    id: 'workspace-delete',
    takes: 'workspace.delete',
    words: 'workspace delete',
    argument: undefined,
    summary: 'Deletes all that is kept of this workspace, after asking.',
    example: 'workspace delete',
  },
] as const satisfies readonly {
  readonly takes: Action | undefined;
  readonly [fact: string]: string | undefined;
}[];

export type Command = (typeof commands)[number];
export type CommandId = Command['id'];

/** Commands that do nothing but open a form; `explain` does where nothing stands behind it. */
export const formCommands: readonly CommandId[] = [
  'explain',
  'connection-add',
  'connection-edit',
  'connection-rotate',
  'report-schedule',
];

/** Other words that people type for a command: of other tools, and without the word that is always the same. */
export const aliases: Partial<Record<CommandId, readonly string[]>> = {
  home: ['overview'],
  access: ['roles', 'access list'],
  audit: ['log', 'audit log'],
  'forget-me': ['forget me'],
  permissions: ['permission', 'requirements'],
  'connection-add': ['add', 'connection new', 'connection create'],
  'connection-list': ['list', 'ls', 'connection ls'],
  'connection-verify': ['verify', 'check', 'connection check'],
  'connection-show': ['show'],
  'connection-edit': ['edit', 'connection rename', 'connection change'],
  'connection-rotate': ['rotate', 'connection replace'],
  'connection-remove': ['remove', 'rm', 'delete', 'connection rm', 'connection delete'],
  'report-now': ['report verify', 'report run'],
  'report-schedule': ['schedule', 'report add', 'report new', 'report create'],
  'report-list': ['reports', 'report ls', 'report show'],
  'report-preview': ['preview'],
  'report-pause': ['pause', 'report stop'],
  'report-resume': ['resume', 'report start'],
  'report-remove': ['report rm', 'report delete'],
};

/** The act that a command is. */
export const actionOf = (id: CommandId): Action | undefined => commands.find((each) => each.id === id)?.takes;
