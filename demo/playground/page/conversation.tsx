import { useEffect, useRef } from 'react';
import type { Json } from '../../../simulations/slack/payloads.ts';
import type { Post as SlackPost, Workspace } from '../wire.ts';
import { Composer } from './composer.tsx';
import { Post } from './post.tsx';

/** A conversation: its messages, and where one writes. */
export function Conversation({
  title,
  posts,
  workspace,
  onAction,
  onThread,
  onHandOver,
  onSay,
}: {
  readonly title: string;
  readonly posts: readonly SlackPost[];
  readonly workspace: Workspace;
  readonly onAction: (post: SlackPost, action: Json) => void;
  readonly onThread: (post: SlackPost) => void;
  readonly onHandOver: (post: SlackPost) => void;
  readonly onSay: (text: string) => Promise<boolean>;
}) {
  const list = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);

  // Whoever reads the end sees what comes, and what grows; whoever reads further up is left there.
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked at anew with every change of what is shown
  useEffect(() => {
    if (isAtEnd.current) list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [posts]);

  function watch({ scrollHeight, scrollTop, clientHeight }: HTMLElement): void {
    isAtEnd.current = scrollHeight - scrollTop - clientHeight < 80;
  }

  return (
    <main className="conversation">
      <header>
        <h2>{title}</h2>
      </header>
      <section
        className="posts"
        role="log"
        ref={list}
        onScroll={({ currentTarget }) => watch(currentTarget)}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls takes the focus, so that keys can scroll it
        tabIndex={0}
        aria-label={`Messages in ${title}`}
      >
        {posts.length === 0 && (
          <p className="empty">
            Nothing was said here yet. Choose a demo account, or type {workspace.commandWord} and choose a
            command.
          </p>
        )}
        {posts.map((post) => (
          <Post
            key={post.id}
            post={post}
            workspace={workspace}
            onAction={(action) => onAction(post, action)}
            onThread={() => onThread(post)}
            onHandOver={() => onHandOver(post)}
          />
        ))}
      </section>
      <Composer workspace={workspace} place={title} onSay={onSay} />
    </main>
  );
}
