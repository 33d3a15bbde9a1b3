import type { Conversation, Person, Workspace } from '../wire.ts';

/** Conversations, and who one is. */
export function Sidebar({
  workspace,
  person,
  direct,
  shown,
  unread,
  onPerson,
  onShow,
}: {
  readonly workspace: Workspace;
  readonly person: Person;
  /** The person's direct messages with the bot. */
  readonly direct: Conversation | undefined;
  /** The conversation that is shown, or `home`. */
  readonly shown: string;
  /** Conversations with something new. */
  readonly unread: ReadonlySet<string>;
  readonly onPerson: (id: string) => void;
  readonly onShow: (id: string) => void;
}) {
  const entry = (id: string, label: string) => (
    <li key={id}>
      <button type="button" aria-current={shown === id ? 'page' : undefined} onClick={() => onShow(id)}>
        {label}
        {unread.has(id) && shown !== id && <b className="new"> new</b>}
      </button>
    </li>
  );
  return (
    <nav className="sidebar" aria-label="Conversations">
      <h1>xoap playground</h1>
      <fieldset>
        <legend>You are</legend>
        {workspace.people.map(({ id, name, role }) => (
          <label key={id}>
            <input type="radio" name="person" checked={id === person.id} onChange={() => onPerson(id)} />
            <span>
              {name}, {role}
            </span>
          </label>
        ))}
      </fieldset>
      <h2>Channels</h2>
      <ul>{workspace.channels.map(({ id, name }) => entry(id, name))}</ul>
      <h2>Apps</h2>
      <ul>
        {direct && entry(direct.id, direct.name)}
        {entry('home', `${workspace.botName}, Home`)}
      </ul>
    </nav>
  );
}
