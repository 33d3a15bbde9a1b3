import { useState } from 'react';
import type { Workspace } from '../wire.ts';
import { Desk } from './desk.tsx';
import { server } from './server.ts';
import { useFresh } from './use-fresh.ts';

/** The page, once it knows the workspace. */
export function App() {
  const [problem, setProblem] = useState('');
  const workspace: Workspace | undefined = useFresh(server.workspace, { place: '' }, setProblem);
  if (workspace) return <Desk workspace={workspace} />;
  return (
    <main className="waiting">
      <h1>xoap playground</h1>
      <p role="status">{problem || 'One moment …'}</p>
    </main>
  );
}
