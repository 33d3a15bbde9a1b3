import { useEffect, useState } from 'react';
import type { Json } from '../../../simulations/slack/payloads.ts';
import type { Fixed, Post as SlackPost, Workspace } from '../wire.ts';
import { Post } from './post.tsx';

type Fixing = ({ readonly kind: 'done' } & Fixed) | { readonly kind: 'refused'; readonly problem: string };

/** Whether there is something to carry out: a fix that is more than words, and a verdict that is not green yet. */
function needsFix([root, ...replies]: readonly SlackPost[]): boolean {
  const isGreen = root?.text.startsWith('✅');
  const holdsSnippet = ({ blocks, files }: SlackPost) =>
    files.length > 0 || JSON.stringify(blocks).includes('rich_text_preformatted');
  return !isGreen && replies.some((reply) => reply.text.startsWith('Fix') && holdsSnippet(reply));
}

function Terminal({ title, lines }: { readonly title: string; readonly lines: readonly string[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls takes the focus, so that keys can scroll it
    <section aria-label={title} tabIndex={0}>
      <pre>{lines.join('\n')}</pre>
    </section>
  );
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
  readonly onFix: () => Promise<Fixed>;
  readonly onClose: () => void;
}) {
  const [fixing, setFixing] = useState<Fixing>();

  // Whoever closes the thread goes on where they opened it.
  useEffect(() => {
    const opener = document.activeElement as HTMLElement | null;
    return () => opener?.focus();
  }, []);

  // No fix of rights helps whoever needs a new secret; where there is none, the fix is to trust the bot.
  const isLockedOut =
    posts[0]?.text.startsWith('🔑') && JSON.stringify(posts[0].blocks).includes('replace-credential');

  // Below an explained log there is no verification to repeat.
  const verify = JSON.stringify(posts).includes('verify-again') ? 'Verify again' : 'Verify';

  async function fix(): Promise<void> {
    try {
      setFixing({ kind: 'done', ...(await onFix()) });
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
        <section className="fixing" aria-label="Your cloud">
          <p>
            You administer the simulated cloud: carry out the commands in this thread, as they stand, then
            press <i>{isLockedOut ? 'Replace credential…' : verify}</i>.
          </p>
          <button type="button" className="primary" onClick={fix}>
            {isLockedOut ? 'Make a new secret' : 'Fix it'}
          </button>
          <div role="status">
            {fixing?.kind === 'done' && (
              <>
                <p>Carried out:</p>
                <Terminal title="Commands" lines={fixing.commands} />
                {fixing.printed.length > 0 && (
                  <>
                    <p>They printed, for you to enter:</p>
                    <Terminal title="Output" lines={fixing.printed} />
                  </>
                )}
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
