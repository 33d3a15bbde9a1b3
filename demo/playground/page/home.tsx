import { useEffect } from 'react';
import type { Json, View } from '../../../simulations/slack/payloads.ts';
import type { Workspace } from '../wire.ts';
import { Blocks } from './blocks.tsx';
import { page, server } from './server.ts';
import { useFresh } from './use-fresh.ts';

/** The bot's Home, which it draws for each person when they open it. */
export function Home({
  person,
  workspace,
  freshness,
  onAction,
  onProblem,
}: {
  readonly person: string;
  readonly workspace: Workspace;
  /** Changes when the bot has drawn a Home. */
  readonly freshness: number;
  readonly onAction: (view: View, action: Json) => void;
  readonly onProblem: (problem: string) => void;
}) {
  const answer = useFresh(() => server.home(person), { place: person, freshness }, onProblem);
  const view = answer?.view;

  // biome-ignore lint/correctness/useExhaustiveDependencies: opened once for each person
  useEffect(() => {
    server.openHome({ page, person }).catch((error: Error) => onProblem(error.message));
  }, [person]);

  return (
    <main className="conversation">
      <header>
        <h2>{workspace.botName}: Home</h2>
      </header>
      <div className="posts home">
        {view ? (
          <Blocks blocks={view.blocks} workspace={workspace} onAction={(action) => onAction(view, action)} />
        ) : (
          <p>The bot has drawn no Home yet.</p>
        )}
      </div>
    </main>
  );
}
