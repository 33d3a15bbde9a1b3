import type { SlackWorkspace } from '../../simulations/slack/workspace.ts';
import type { Injected } from './faults.ts';
import type { Done } from './load.ts';
import { textsNow, twinsIn } from './twins.ts';

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

/** What stands in each root message of the workspace. */
function rootsIn(workspace: SlackWorkspace): string[] {
  const replies = new Set(
    workspace.calls.flatMap(({ body, answer }) => (body.thread_ts && answer?.ts ? [String(answer.ts)] : [])),
  );
  return [...textsNow(workspace)].flatMap(([ts, text]) => (replies.has(ts) ? [] : [text]));
}

/** Holds what was accepted against what stands in the channel. */
export function accountFor(
  { added, reports, scheduled }: Done,
  workspace: SlackWorkspace,
  injected: Injected,
): Account {
  const roots = rootsIn(workspace);
  const byName = Map.groupBy(roots, (text) => /soak-\d{5}/.exec(text)?.[0] ?? '');
  const told = roots.filter((text) => /Report on few/.test(text)).length;
  const lost: string[] = told < reports ? [`${reports - told} reports`] : [];
  lost.push(...scheduled.filter((name) => !roots.some((text) => text.includes(`${name} — `))));
  const [stuck, wrong]: [string[], string[]] = [[], []];
  for (const { name, isComplete } of added) {
    const texts = byName.get(name) ?? [];
    const answers = texts.filter(isAnswer);
    if (answers.length === 0) (texts.length > 0 ? stuck : lost).push(name);
    for (const text of answers)
      if (text.includes(`${name} can build`) !== isComplete) wrong.push(`${name}: ${text}`);
  }
  const excuses = Object.entries(injected)
    .filter(([kind]) => /postMessage (lost|.*status|.*internal)|^(worker|redis)/.test(kind))
    .reduce((sum, [, count]) => sum + count, 0);
  const accepted = added.length + reports + scheduled.length;
  const unanswered = lost.filter((name) => !name.endsWith(' reports')).length + Math.max(0, reports - told);
  return {
    accepted,
    answered: accepted - stuck.length - unanswered,
    lost,
    stuck,
    wrong,
    twins: twinsIn(workspace).all,
    excuses,
  };
}

/** Whether nothing went wrong that may not; twins may stand where Slack tells nothing, up to one for each excuse. */
export const isGood = (
  { lost, stuck, wrong, twins, excuses }: Account,
  { isTold }: { readonly isTold: boolean },
): boolean => lost.length + stuck.length + wrong.length === 0 && twins <= (isTold ? 0 : excuses);
