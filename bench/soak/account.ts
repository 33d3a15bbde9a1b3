import type { SlackWorkspace } from '../../simulations/slack/workspace.ts';
import type { Injected } from './faults.ts';
import type { Done } from './load.ts';

export type Account = {
  readonly accepted: number;
  readonly answered: number;
  /** Accepted, and never answered. */
  readonly lost: string[];
  /** Whose message says that it is being verified. */
  readonly stuck: string[];
  /** Whose answer is not what its account allows. */
  readonly wrong: string[];
  /** Messages that stand beside the answer. */
  readonly twins: number;
  /** Lost answers and kills, each of which may have led to a twin. */
  readonly excuses: number;
};

const isAnswer = (text: string) => /can(not)? build images/.test(text);

/** What stands in each root message of the workspace, from what the bot sent: a channel is read a page at a time. */
function rootsIn({ calls }: SlackWorkspace): string[] {
  const texts = new Map<string, string>();
  for (const { method, body, answer } of calls) {
    if (!answer?.ok || body.thread_ts) continue;
    const ts = String(method === 'chat.postMessage' ? answer.ts : body.ts);
    if (method === 'chat.postMessage' || (method === 'chat.update' && texts.has(ts)))
      texts.set(ts, String(body.text));
  }
  return [...texts.values()];
}

/** Holds what was accepted against what stands in the channel. */
export function accountFor({ added, reports }: Done, workspace: SlackWorkspace, injected: Injected): Account {
  const roots = rootsIn(workspace);
  const byName = Map.groupBy(roots, (text) => /soak-\d{5}/.exec(text)?.[0] ?? '');
  const told = roots.filter((text) => /Report on few/.test(text)).length;
  const lost: string[] = told < reports ? [`${reports - told} reports`] : [];
  const [stuck, wrong]: [string[], string[]] = [[], []];
  let twins = Math.max(0, told - reports);
  for (const { name, isComplete } of added) {
    const texts = byName.get(name) ?? [];
    const answers = texts.filter(isAnswer);
    twins += Math.max(0, texts.length - 1);
    if (answers.length === 0) (texts.length > 0 ? stuck : lost).push(name);
    for (const text of answers)
      if (text.includes(`${name} can build`) !== isComplete) wrong.push(`${name}: ${text}`);
  }
  const excuses = Object.entries(injected)
    .filter(([kind]) => /postMessage (lost|.*status|.*internal)|^(worker|redis)/.test(kind))
    .reduce((sum, [, count]) => sum + count, 0);
  const accepted = added.length + reports;
  const answered = accepted - stuck.length - lost.filter((name) => name.startsWith('soak')).length;
  return {
    accepted,
    answered: answered - Math.max(0, reports - told),
    lost,
    stuck,
    wrong,
    twins,
    excuses,
  };
}

export const isGood = ({ lost, stuck, wrong, twins, excuses }: Account): boolean =>
  lost.length + stuck.length + wrong.length === 0 && twins <= excuses;
