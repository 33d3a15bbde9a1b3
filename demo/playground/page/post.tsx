import type { Json } from '../../../simulations/slack/payloads.ts';
import type { Post as SlackPost, Workspace } from '../wire.ts';
import { asBlocks, Blocks } from './blocks.tsx';

const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

/** A message as Slack shows it: who, when, what, its files, and how many replies it has. */
export function Post({
  post,
  workspace,
  onAction,
  onThread,
  onHandOver,
}: {
  readonly post: SlackPost;
  readonly workspace: Workspace;
  readonly onAction: (action: Json) => void;
  /** Absent inside of a thread. */
  readonly onThread?: () => void;
  /** Uses the bot's shortcut on the message; absent where Slack's menu would be in the way. */
  readonly onHandOver?: () => void;
}) {
  const person = workspace.people.find(({ id }) => id === post.personId);
  const name = person?.name ?? workspace.botName;
  const blocks = post.blocks.length > 0 ? post.blocks : asBlocks(post.text);
  return (
    <article
      className={post.isPrivate ? 'post private' : 'post'}
      aria-label={`${name}: ${post.text.slice(0, 80)}`}
    >
      <span className={person ? `avatar ${name}` : 'avatar bot'} aria-hidden="true">
        {name.slice(0, 1)}
      </span>
      <div className="said">
        <p className="by">
          <b>{name}</b> {!person && <span className="app">APP</span>}{' '}
          <time dateTime={new Date(post.at * 1_000).toISOString()}>{time.format(post.at * 1_000)}</time>
          {post.isPrivate && <span className="note"> Only visible to you</span>}
          {onHandOver && person && (
            <button type="button" className="link shortcut" onClick={onHandOver}>
              Explain this failure
            </button>
          )}
        </p>
        <Blocks blocks={blocks} workspace={workspace} onAction={onAction} />
        {post.isEdited && <p className="note">(edited)</p>}
        {post.files.map(({ id, name: file, isPicture }) =>
          isPicture ? (
            // The words of a picture stand beside it as the file's comment.
            <img key={id} src={`/api/files/${id}`} alt={file} />
          ) : (
            <a key={id} href={`/api/files/${id}`} download={file}>
              {file}
            </a>
          ),
        )}
        {onThread && post.replyCount > 0 && (
          <button type="button" className="link" onClick={onThread}>
            {post.replyCount} {post.replyCount === 1 ? 'reply' : 'replies'}
          </button>
        )}
      </div>
    </article>
  );
}
