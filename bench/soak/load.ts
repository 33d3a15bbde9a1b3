import { setTimeout as wait } from 'node:timers/promises';
import { readMessage, type SlackPerson } from '../../simulations/slack/person.ts';
import type { SlackWorkspace } from '../../simulations/slack/workspace.ts';
import { until } from '../../simulations/until.ts';
import { awsValues } from '../../test/support/scenario.ts';
import type { Chance } from './chance.ts';

/** A connection whose form was taken: what must be answered. */
type Added = { readonly name: string; readonly isComplete: boolean };
/** What people did; of what was accepted, the answer is looked for at the end. */
export type Done = {
  readonly added: Added[];
  /** Reports that were said to come. */
  reports: number;
  /** Schedules whose time comes while the load lasts. */
  readonly scheduled: string[];
  clicks: number;
  commands: number;
  /** What was not accepted, because something was away. */
  refused: number;
};

export type Load = {
  readonly person: SlackPerson;
  readonly other: SlackPerson;
  readonly workspace: SlackWorkspace;
  readonly chance: Chance;
  readonly isOver: () => boolean;
  /** How many of what was accepted wait for their answer. */
  readonly waiting: () => number;
  readonly done: Done;
};

/** Milliseconds before somebody tries again who was refused or has to wait. */
const pauseMs = 300;
/** What may wait: Slack takes a message a second in a channel, and whatever waits longer than the soak lasts proves nothing. */
const mostWaiting = 12;

/** Adds connections of names that are used once, one after the other, through whatever happens meanwhile. */
export async function addConnections({ person, chance, isOver, waiting, done }: Load): Promise<void> {
  for (let index = 0; !isOver(); index += 1) {
    await wait(chance.between(50, 400));
    while (waiting() >= mostWaiting && !isOver()) await wait(pauseMs);
    const isComplete = chance.happens(0.7);
    const name = `soak-${String(index).padStart(5, '0')}`;
    try {
      const draws = person.draws();
      const opened = await person.type('connection add aws');
      if (opened.status !== 200 || opened.body.text) throw new Error('no form');
      const values = awsValues(isComplete ? 'complete' : 'partial', name);
      const sent = await person.submit(await person.viewAfter(draws + 1), values);
      // An empty answer closes the form: the person counts on it from now on.
      if (sent.status !== 200 || sent.text !== '') throw new Error('not taken');
      done.added.push({ name, isComplete });
    } catch {
      done.refused += 1;
      await wait(pauseMs);
    }
  }
}

/** Milliseconds before the end after which nothing more is planned, and between two schedules. */
const plannedMs = { before: 5_000, apart: 60_000 };

/** Makes a schedule for each full minute of the load, in the form: each comes once. */
export async function scheduleReports(
  { person, workspace, done }: Pick<Load, 'person' | 'workspace' | 'done'>,
  end: number,
): Promise<void> {
  const first = Math.ceil(Date.now() / plannedMs.apart + 0.25) * plannedMs.apart;
  for (let due = first; due < end - plannedMs.before; due += plannedMs.apart) {
    const [hour, minute] = [new Date(due).getUTCHours(), new Date(due).getUTCMinutes()];
    const name = `due-${String(hour).padStart(2, '0')}${String(minute).padStart(2, '0')}`;
    const draws = person.draws();
    await person.type('report schedule');
    const view = await person.choose(await person.viewAfter(draws + 1), 'report.which', 'tags');
    const cron = `${minute} ${hour} * * *`;
    const chosen = { 'report.which': 'tags', 'report.tags': ['few'] };
    const when = { 'report.cron': cron, 'report.timeZone': 'UTC', 'report.speak': 'always' };
    const sent = await person.submit(view, { 'report.name': name, ...chosen, ...when });
    if (sent.text !== '') throw new Error(`The schedule ${name} was not taken: ${sent.text}`);
    done.scheduled.push(name);
  }
  await until('the announcements', async () => {
    const roots = await workspace.roots(workspace.channelId);
    return done.scheduled.every((name) => roots.some(({ text }) => text.includes(`${name} scheduled`)));
  });
}

/** Commands that change nothing. */
const questions = [
  'help',
  'connection list',
  'connection show base-1',
  'status',
  'report list',
  'report preview',
  'home',
  'permissions aws',
];

/** Types commands, presses buttons, and asks for reports on few now and then: those take messages too. */
export async function typeCommands({ other, workspace, chance, isOver, done }: Load): Promise<void> {
  while (!isOver()) {
    await wait(chance.between(50, 250));
    other.privately.splice(0);
    try {
      if (chance.happens(0.04)) {
        await other.type('connection verify --tag few');
        const reply = readMessage(await other.nextReply());
        if (reply.includes('The report comes here')) done.reports += 1;
      } else if (chance.happens(0.08)) {
        const roots = await workspace.roots(workspace.channelId);
        const answered = roots.filter(({ text }) => /soak-.*can(not)? build images/.test(text));
        if (answered.length === 0) continue;
        await other.click(chance.oneOf(answered), 'verify-again');
        done.clicks += 1;
      } else {
        await other.type(chance.oneOf(questions));
        done.commands += 1;
      }
    } catch {
      done.refused += 1;
      await wait(pauseMs);
    }
  }
}
