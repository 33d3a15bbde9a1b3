import { useState } from 'react';
import type { Json, View, ViewState } from '../../../simulations/slack/payloads.ts';
import type { Account, Post, Workspace } from '../wire.ts';
import { AccountsPane } from './accounts-pane.tsx';
import { Conversation } from './conversation.tsx';
import { Home } from './home.tsx';
import { Modal } from './modal.tsx';
import { page, server } from './server.ts';
import { Sidebar } from './sidebar.tsx';
import { ThreadPane } from './thread-pane.tsx';
import { useFresh } from './use-fresh.ts';
import { useNews } from './use-news.ts';

const home = 'home';

/** Who one is, kept in the address, so that two windows can be two people. */
function personInAddress({ people }: Workspace): string {
  const name = new URLSearchParams(location.search).get('as');
  return (people.find((person) => person.name === name) ?? people[0])?.id ?? '';
}

/** Everything one person sees and does. */
export function Desk({ workspace }: { readonly workspace: Workspace }) {
  const { people, channels, botName, commandWord } = workspace;
  const firstChannel = channels[0]?.id ?? '';
  const [person, setPerson] = useState(() => personInAddress(workspace));
  const [shown, setShown] = useState(firstChannel);
  const [thread, setThread] = useState<string>();
  const [account, setAccount] = useState<string>();
  const [problem, setProblem] = useState('');

  const { view, freshness, unread, ...news } = useNews(setProblem);

  // Home is no conversation: a command that is typed for it goes to the first channel.
  const conversation = shown === home ? firstChannel : shown;
  const opened = useFresh(() => server.direct(person), { place: person }, setProblem);
  const direct = opened && { id: opened.id, name: `${botName}, messages` };
  const conversations = direct ? [...channels, direct] : channels;
  const posts = useFresh(
    () => server.posts(person, conversation),
    { place: `${person} ${conversation}`, freshness },
    setProblem,
  );
  const replies = useFresh(
    async () => (thread ? server.thread(person, conversation, thread) : []),
    { place: `${person} ${conversation} ${thread}`, freshness },
    setProblem,
  );
  const self = people.find(({ id }) => id === person);
  const title = conversations.find(({ id }) => id === shown)?.name ?? '';
  const seat = { page, person };

  /** Does something and tells what went wrong, if anything did; resolves to whether it was done. */
  function attempt(work: Promise<unknown>): Promise<boolean> {
    setProblem('');
    return work.then(
      () => true,
      (error: Error) => {
        setProblem(error.message);
        return false;
      },
    );
  }

  const say = (text: string) => attempt(server.say({ ...seat, conversation, text }));
  const clickPost = ({ id, blocks }: Post, action: Json) =>
    attempt(server.click({ ...seat, action, conversation, post: id, blocks }));
  const handOver = ({ id }: Post) => attempt(server.handOver({ ...seat, conversation, post: id }));
  const clickView = (id: string, action: Json, state: ViewState = {}) =>
    attempt(server.click({ ...seat, action, view: id, state }));

  function show(id: string): void {
    setShown(id);
    news.read(shown, id);
    setThread(undefined);
  }

  function become(id: string): void {
    setPerson(id);
    show(firstChannel);
    const name = people.find((each) => each.id === id)?.name ?? '';
    history.replaceState(null, '', `?as=${encodeURIComponent(name)}`);
  }

  async function choose({ id, provider, isSimulated }: Account): Promise<void> {
    if (shown === home) show(firstChannel);
    setAccount(isSimulated ? id : undefined);
    if (!(await say(`${commandWord} connection add ${provider}`))) setAccount(undefined);
  }

  function close(id: string): void {
    if (!news.close(id)) return;
    setProblem('');
    setAccount(undefined);
    void attempt(server.close(id));
  }

  async function submit({ id }: View, state: ViewState): Promise<Readonly<Record<string, string>>> {
    const outcome = await server.submit({ ...seat, view: id, state });
    if (outcome.kind === 'errors') return outcome.errors;
    if (outcome.kind === 'closed') close(id);
    else news.show(outcome.view);
    return {};
  }

  return (
    <div className="desk">
      <Sidebar
        workspace={workspace}
        person={self ?? { id: person, name: '', role: 'member' }}
        direct={direct}
        shown={shown}
        unread={unread}
        onPerson={become}
        onShow={show}
      />
      {shown === home ? (
        <Home
          person={person}
          workspace={workspace}
          freshness={freshness}
          onAction={({ id }, action) => clickView(id, action)}
          onProblem={setProblem}
        />
      ) : (
        <Conversation
          title={title}
          posts={posts ?? []}
          workspace={workspace}
          onAction={clickPost}
          onThread={({ id }) => setThread(id)}
          onHandOver={handOver}
          onSay={say}
          key={`${person} ${shown}`}
        />
      )}
      {thread ? (
        <ThreadPane
          key={thread}
          posts={replies ?? []}
          workspace={workspace}
          onAction={clickPost}
          onFix={() => server.fix({ ...seat, conversation, post: thread })}
          onClose={() => setThread(undefined)}
        />
      ) : (
        <AccountsPane workspace={workspace} onChoose={choose} onReset={server.reset} />
      )}
      {view && (
        <Modal
          key={view.id}
          view={view}
          workspace={{ ...workspace, channels: conversations }}
          conversation={conversation}
          account={account}
          onAction={(action, state) => clickView(view.id, action, state)}
          onSubmit={(state) => submit(view, state)}
          onClose={() => close(view.id)}
          problem={problem}
          onProblem={setProblem}
        />
      )}
      {problem && !view && (
        <p className="problem" role="alert">
          {problem}
          <button type="button" className="close" aria-label="Close" onClick={() => setProblem('')}>
            ×
          </button>
        </p>
      )}
    </div>
  );
}
