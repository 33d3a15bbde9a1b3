// What makes the page easier where the browser runs scripts; without them every question can be answered all the same.
const most = 64_000;
const remains = /^[\s\u200B-\u200D\u2060\uFEFF]+|[\s\u200B-\u200D\u2060\uFEFF]+$/g;

document.documentElement.classList.add('js');
document.querySelector('.summary')?.focus();

// What decides other questions shows them at once.
for (const select of document.querySelectorAll('select[data-redraws]'))
  select.addEventListener('change', () => {
    const button = select.parentElement.querySelector('.redraw');
    select.form.requestSubmit(button);
  });

// Copying brings blanks and invisible signs along.
for (const input of document.querySelectorAll('input[data-clean]'))
  input.addEventListener('paste', (event) => {
    const text = event.clipboardData?.getData('text/plain') ?? '';
    const clean = text.replace(remains, '');
    if (clean === text) return;
    event.preventDefault();
    input.setRangeText(clean, input.selectionStart, input.selectionEnd, 'end');
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });

for (const input of document.querySelectorAll('input[type=password]')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'peek';
  button.textContent = 'Show';
  button.setAttribute('aria-pressed', 'false');
  button.setAttribute('aria-controls', input.id);
  button.setAttribute('aria-label', `Show ${input.labels[0]?.textContent ?? 'the secret'}`);
  button.addEventListener('click', () => {
    const isShown = input.type === 'text';
    input.type = isShown ? 'password' : 'text';
    button.textContent = isShown ? 'Show' : 'Hide';
    button.setAttribute('aria-pressed', String(!isShown));
  });
  input.after(button);
}

// A file is read here and becomes the text of its question.
for (const place of document.querySelectorAll('[data-drop]')) {
  const [words, area, said] = ['.drop-words', 'textarea', '.drop-said'].map((name) =>
    place.querySelector(name),
  );
  words.hidden = false;
  const take = async (file) => {
    if (!file) return;
    if (file.size > most) {
      said.textContent = `${file.name} is larger than ${most / 1000} KB, so it is not the file that is asked for.`;
      return;
    }
    area.value = await file.text();
    said.textContent = `${file.name} was read in this browser. Send the form to hand it over.`;
  };
  place
    .querySelector('input[type=file]')
    .addEventListener('change', (event) => void take(event.target.files[0]));
  place.addEventListener('dragover', (event) => {
    event.preventDefault();
    place.classList.add('over');
  });
  place.addEventListener('dragleave', () => place.classList.remove('over'));
  place.addEventListener('drop', (event) => {
    event.preventDefault();
    place.classList.remove('over');
    void take(event.dataTransfer.files[0]);
  });
}

// Whoever presses twice sends once.
for (const form of document.forms)
  form.addEventListener('submit', (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = 'yes';
  });
// A page that comes back from memory holds no secret any more.
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});
