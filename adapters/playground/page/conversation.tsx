import { useEffect, useRef } from 'react';
import type { Json, Post as SlackPost, Workspace } from '../wire.ts';
import { Composer } from './composer.tsx';
import { Post } from './post.tsx';

/** A conversation: its messages, and where one writes. */
export function Conversation({
  title,
  posts,
  workspace,
  onAction,
  onThread,
  onSay,
}: {
  readonly title: string;
  readonly posts: readonly SlackPost[];
  readonly workspace: Workspace;
  readonly onAction: (post: SlackPost, action: Json) => void;
  readonly onThread: (post: SlackPost) => void;
  readonly onSay: (text: string) => Promise<boolean>;
}) {
  const list = useRef<HTMLDivElement>(null);
  const newest = posts.at(-1)?.id;

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is newest comes into sight
  useEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [newest, title]);

  return (
    <main className="conversation">
      <header>
        <h2>{title}</h2>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls takes the focus, so that keys can scroll it */}
      <section className="posts" role="log" ref={list} tabIndex={0} aria-label={`Messages in ${title}`}>
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
          />
        ))}
      </section>
      <Composer workspace={workspace} place={title} onSay={onSay} />
    </main>
  );
}
