import { useEffect, useState } from 'react';
import type { Json, Post as SlackPost, Workspace } from '../wire.ts';
import { Post } from './post.tsx';

type Fixing =
  | { readonly kind: 'done'; readonly commands: readonly string[] }
  | { readonly kind: 'refused'; readonly problem: string };

/** Whether there is something to carry out: a fix, and a verdict that is not green yet. */
function needsFix([root, ...replies]: readonly SlackPost[]): boolean {
  return !root?.text.startsWith('✅') && replies.some(({ text }) => text.startsWith('Fix'));
}

/** A thread, with what the administrator of the simulated cloud can do beside it. */
export function ThreadPane({
  posts,
  workspace,
  onAction,
  onFix,
  onClose,
}: {
  readonly posts: readonly SlackPost[];
  readonly workspace: Workspace;
  readonly onAction: (post: SlackPost, action: Json) => void;
  readonly onFix: () => Promise<readonly string[]>;
  readonly onClose: () => void;
}) {
  const [fixing, setFixing] = useState<Fixing>();

  // Whoever closes the thread goes on where they opened it.
  useEffect(() => {
    const opener = document.activeElement as HTMLElement | null;
    return () => opener?.focus();
  }, []);

  async function fix(): Promise<void> {
    try {
      setFixing({ kind: 'done', commands: await onFix() });
    } catch (error) {
      setFixing({ kind: 'refused', problem: (error as Error).message });
    }
  }

  return (
    <aside className="pane" aria-label="Thread">
      <header>
        <h2>Thread</h2>
        <button type="button" className="close" aria-label="Close the thread" onClick={onClose}>
          ×
        </button>
      </header>
      {needsFix(posts) && (
        <section className="fixing" aria-label="Fix it">
          <p>
            You administer the simulated cloud: carry out the commands of the fix in this thread, as they
            stand, then press <i>Verify again</i>.
          </p>
          <button type="button" className="primary" onClick={fix}>
            Fix it
          </button>
          <div role="status">
            {fixing?.kind === 'done' && (
              <>
                <p>Carried out:</p>
                <pre>{fixing.commands.join('\n')}</pre>
              </>
            )}
            {fixing?.kind === 'refused' && <p className="error">{fixing.problem}</p>}
          </div>
        </section>
      )}
      <div className="posts">
        {posts.map((post) => (
          <Post
            key={post.id}
            post={post}
            workspace={workspace}
            onAction={(action) => onAction(post, action)}
          />
        ))}
      </div>
    </aside>
  );
}
