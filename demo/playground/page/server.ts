import type { Filling, Json, View } from '../../../simulations/slack/payloads.ts';
import type {
  Clicked,
  Fixed,
  HandedOver,
  News,
  Outcome,
  Post,
  Problem,
  Said,
  Seat,
  Submitted,
  Workspace,
} from '../wire.ts';

/** This page among those that are open. */
export const page: string = crypto.randomUUID();

async function read<Answer>(answer: Response): Promise<Answer> {
  const body = (await answer.json()) as Answer | Problem;
  if (!answer.ok) throw new Error((body as Problem).problem);
  return body as Answer;
}

/** Said when nobody answers. */
export const away = 'The playground does not answer. Is `npm run demo` still running?';

const throwAway = (cause: unknown): never => {
  throw new Error(away, { cause });
};

const get = async <Answer>(...path: string[]) =>
  read<Answer>(await fetch(`/api/${path.map(encodeURIComponent).join('/')}`).catch(throwAway));

const post = async <Answer = Json>(path: string, body: unknown = {}) => {
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
  return read<Answer>(await fetch(`/api/${path}`, request).catch(throwAway));
};

/** What the page asks its server; each throws an `Error` with a sentence for the person. */
export const server = {
  workspace: () => get<Workspace>('workspace'),
  posts: (person: string, conversation: string) => get<Post[]>('conversations', person, conversation),
  thread: (person: string, conversation: string, ts: string) =>
    get<Post[]>('threads', person, conversation, ts),
  direct: (person: string) => get<{ id: string }>('direct', person),
  home: (person: string) => get<{ view?: View }>('home', person),
  account: (id: string) => get<Filling>('accounts', id),
  openHome: (seat: Seat) => post('home', seat),
  say: (said: Said) => post('said', said),
  click: (click: Clicked) => post('clicks', click),
  handOver: (handed: HandedOver) => post('shortcuts', handed),
  submit: (submitted: Submitted) => post<Outcome>('submissions', submitted),
  close: (view: string) => post('closings', { view }),
  upload: (name: string, content: string) => post('uploads', { name, content }),
  fix: (place: Seat & { conversation: string; post: string }) => post<Fixed>('fixes', place),
  reset: () => post('resets'),
};

/** Hears what is new until the returned function ends it. A page whose server was started anew loads itself again. */
export function hear(onNews: (news: News) => void): () => void {
  const source = new EventSource(`/api/news/${page}`);
  let known: string | undefined;
  source.onerror = () => onNews({ kind: 'gone' });
  source.onmessage = ({ data }) => {
    const news = JSON.parse(data) as News;
    if (news.kind === 'hello') {
      if (known && news.server !== known) location.reload();
      known = news.server;
      // Anything may have been said while the connection was lost.
      onNews({ kind: 'messages' });
    }
    onNews(news);
  };
  return () => source.close();
}
