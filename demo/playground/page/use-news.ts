import { type Dispatch, type SetStateAction, useEffect, useRef, useState } from 'react';
import type { View } from '../../../simulations/slack/payloads.ts';
import type { News } from '../wire.ts';
import { away, hear } from './server.ts';

/** What the server tells by itself: forms, that something is new, and that it is not there. */
export function useNews(setProblem: Dispatch<SetStateAction<string>>) {
  const [view, setView] = useState<View>();
  /** Changes when anything may look different. */
  const [freshness, setFreshness] = useState(0);
  const [unread, setUnread] = useState<ReadonlySet<string>>(new Set());
  /** Forms that were closed; what the bot still draws of them comes too late. */
  const closed = useRef(new Set<string>());

  function show(drawn: View): void {
    if (!closed.current.has(drawn.id)) setView(drawn);
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: one connection for as long as the page is open
  useEffect(() => {
    function take(news: News): void {
      if (news.kind === 'gone') setProblem(away);
      else if (news.kind === 'hello') setProblem((before) => (before === away ? '' : before));
      else if (news.kind === 'view') show(news.view);
      else {
        const conversation = news.kind === 'messages' && news.conversation;
        if (conversation) setUnread((before) => new Set([...before, conversation]));
        setFreshness((before) => before + 1);
      }
    }
    return hear(take);
  }, []);

  return {
    /** The form that is open. */
    view,
    show,
    /** Closes a form; false where it was closed before. */
    close(id: string): boolean {
      if (closed.current.has(id)) return false;
      closed.current.add(id);
      setView((open) => (open?.id === id ? undefined : open));
      return true;
    },
    freshness,
    /** Conversations in which something was said since they were last looked at. */
    unread,
    read: (...ids: string[]) =>
      setUnread((before) => new Set([...before].filter((each) => !ids.includes(each)))),
  };
}
