import { createHash } from 'node:crypto';
import type { Reminder } from '../../src/reports/reminders.ts';

/** Every key that belongs to no workspace. */
export const keys = {
  /** What a run has sent that a version began which did not yet keep that by workspace. */
  sentBefore: (runId: string) => `xoap:sent:${runId}`,
  /** In which forms records are stored, once all of them are. */
  recordForms: 'xoap:record-forms',
  /** What tokens are signed with. */
  issuerKeys: 'xoap:issuer-keys',
  /** What workers say that they hold. */
  heldNames: 'xoap:held-names',
  /** Counts the changes of roles. */
  accessVersion: 'xoap:access-version',
  /** Written to see whether anything can be. */
  readiness: 'xoap:readiness',
  /** A request that was seen. */
  request: (requestId: string) => `xoap:once:${requestId}`,
  /** A form that goes on outside of chat, by the hash of its link. */
  secretLink: (idHash: string) => `xoap:secret-link:${idHash}`,
  /** Something that one process at a time does. */
  lease: (name: string) => `xoap:lease:${name}`,
  /** A file that somebody may fetch once, by the hash of its link. */
  download: (idHash: string) => `xoap:download:${idHash}`,
  picture: (name: string) => `xoap:picture:${name}`,
  /** The moments that were taken in a conversation, whose id may hold anything. */
  pace: (platform: string, conversation: string) =>
    `xoap:${platform}:pace:${createHash('sha256').update(conversation).digest('hex')}`,
};

/** Every key of a workspace. The braces keep them in one slot of a Redis cluster. */
export function keysOf(workspaceId: string) {
  const key = (what: string) => `xoap:{${workspaceId}}:${what}`;
  return {
    audit: key('audit'),
    /** Who was given which role. */
    access: key('access'),
    /** All of them, as a pattern. */
    anything: key('*'),
    /** What the platform gave the bot for it. */
    installation: key('installation'),
    /** Who installed it first, of those whose data is kept. */
    installer: key('installer'),
    /** That it is over, and since when. */
    ended: key('workspace-ended'),
    /** Since when every message is refused. */
    refusedSince: key('refused-since'),
    /** What a run has sent. */
    sent: (runId: string) => key(`sent:${runId}`),
    /** Something that a request carried and no other one will. */
    once: (token: string) => key(`once:${token}`),
    connections: key('connections'),
    connectionNames: key('names'),
    /** The index of connections. */
    byName: key('by-name'),
    byConcern: key('by-concern'),
    members: key('members'),
    credentials: key('credentials'),
    history: (connectionId: string) => key(`history:${connectionId}`),
    latestVerdicts: key('latest'),
    choices: key('choices'),
    replacement: (connectionId: string) => key(`replacement:${connectionId}`),
    threads: (connectionId: string) => key(`threads:${connectionId}`),
    acceptances: (connectionId: string) => key(`accepted:${connectionId}`),
    reminder: ({ connectionId, on, days }: Omit<Reminder, 'workspaceId'>) =>
      key(`reminded:${connectionId}:${on}:${days}`),
    unreadable: key('unreadable'),
    schedules: key('schedules'),
    scheduleNames: key('schedule-names'),
    settledMoments: key('schedules-settled'),
    latestReport: (scheduleId: string) => key(`report-latest:${scheduleId}`),
    reportTrend: (scheduleId: string) => key(`report-trend:${scheduleId}`),
    homeVisitors: key('home-visitors'),
    /** Conversations and people of a platform that does not tell them when asked. */
    conversations: (platform: string) => key(`${platform}:conversations`),
    people: (platform: string) => key(`${platform}:people`),
  };
}

/** The ids of all workspaces that have a key of a kind: its start is the same for all, so no list has to be kept. */
export const workspacesWith = {
  audit: { match: 'xoap:{*}:audit' },
  connections: { match: 'xoap:{*}:connections' },
  schedules: { match: 'xoap:{*}:schedules' },
  unreadable: { match: 'xoap:{*}:unreadable' },
  installation: { match: 'xoap:{*}:installation' },
  ended: { match: 'xoap:{*}:workspace-ended' },
} as const;
export const workspaceIn = (key: string) => key.slice('xoap:{'.length, key.lastIndexOf('}'));
