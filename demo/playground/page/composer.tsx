import { useCombobox } from 'downshift';
import { useState } from 'react';
import type { CommandHint, Workspace } from '../wire.ts';

/** The commands that what was typed so far may become. */
function matching(typed: string, { commandWord, commands }: Workspace): CommandHint[] {
  if (!typed.startsWith('/')) return [];
  if (commandWord.startsWith(typed)) return [...commands];
  if (!typed.startsWith(`${commandWord} `)) return [];
  const text = typed.slice(commandWord.length + 1).toLowerCase();
  return commands.filter(({ words }) => words.startsWith(text) && words !== text);
}

/** Where messages and commands are typed; commands complete themselves. */
export function Composer({
  workspace,
  place,
  onSay,
}: {
  readonly workspace: Workspace;
  /** Where what is typed goes to. */
  readonly place: string;
  /** Resolves to whether it was sent. */
  readonly onSay: (text: string) => Promise<boolean>;
}) {
  const [text, setText] = useState('');
  const items = matching(text, workspace);
  const completed = ({ words, argument }: CommandHint) =>
    `${workspace.commandWord} ${words}${argument ? ' ' : ''}`;
  const { isOpen, highlightedIndex, getInputProps, getItemProps, getLabelProps, getMenuProps } =
    useCombobox<CommandHint>({
      items,
      inputValue: text,
      selectedItem: null,
      itemToString: (item) => item?.words ?? '',
      onSelectedItemChange: ({ selectedItem }) => {
        if (!selectedItem) return;
        setText(completed(selectedItem));
      },
    });
  async function send(said: string): Promise<void> {
    setText('');
    // What was not sent stays, unless something else was begun.
    if (!(await onSay(said))) setText((begun) => begun || said);
  }

  const isShown = isOpen && items.length > 0;

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        const said = text.trim();
        if (said === '') return;
        void send(said);
      }}
    >
      <ul {...getMenuProps({ 'aria-label': 'Commands' })} className={isShown ? 'menu' : 'menu hidden'}>
        {isShown &&
          items.map((item, index) => (
            <li
              key={item.words}
              {...getItemProps({ item, index })}
              className={index === highlightedIndex ? 'highlighted' : ''}
            >
              <b>
                {workspace.commandWord} {item.words}
              </b>{' '}
              {item.argument && <code>{item.argument}</code>} <span>{item.summary}</span>
            </li>
          ))}
      </ul>
      {/* biome-ignore lint/a11y/noLabelWithoutControl: the combobox ties it to its input */}
      <label {...getLabelProps({ className: 'unseen' })}>Message to {place}</label>
      <input
        {...getInputProps({
          placeholder: `Message ${place}, or ${workspace.commandWord} for the bot`,
          // What is typed decides, not what downshift keeps of it: it would come a moment late.
          onChange: (event) => setText((event.target as HTMLInputElement).value),
          onKeyDown: (event) => {
            if (highlightedIndex >= 0) return;
            // Enter sends what stands there, where downshift would wait for a choice; Tab takes the first.
            if (event.key === 'Enter') Object.assign(event.nativeEvent, { preventDownshiftDefault: true });
            if (event.key !== 'Tab' || !isShown || !items[0]) return;
            event.preventDefault();
            setText(completed(items[0]));
          },
        })}
      />
      <button type="submit" className="primary">
        Send
      </button>
    </form>
  );
}
