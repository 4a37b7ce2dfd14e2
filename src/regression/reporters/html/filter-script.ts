/**
 * The report's only script: shows the cases that the reader asks for, by their names or by their frames, and then only those frames.
 * Without it all are shown.
 */

export const SCRIPT = `
const search = document.getElementById('search');
const states = [...document.querySelectorAll('input[name=state]')];
const cases = [...document.querySelectorAll('.case')];
const texts = new WeakMap();
function textOf(frame) {
  let text = texts.get(frame);
  if (text === undefined) {
    text = [frame.querySelector('summary'), frame.querySelector('.decisions')].map((each) => each?.textContent ?? '').join(' ').toLowerCase();
    texts.set(frame, text);
  }
  return text;
}
function hasFrames(each, words) {
  let found = 0;
  for (const frame of each.querySelectorAll('.frame')) {
    const isShown = words.every((word) => textOf(frame).includes(word));
    frame.hidden = !isShown;
    if (isShown) found++;
  }
  return found > 0;
}
function filter() {
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const wanted = new Set(states.filter((state) => state.checked).map((state) => state.value));
  let shown = 0;
  for (const each of cases) {
    const isNamed = words.every((word) => each.dataset.text.includes(word));
    const isShown = wanted.has(each.dataset.status) && (hasFrames(each, isNamed ? [] : words) || isNamed);
    each.hidden = !isShown;
    if (isShown) shown++;
  }
  document.getElementById('none').hidden = shown > 0;
  document.getElementById('shown').textContent = shown === cases.length ? '' : shown + ' of ' + cases.length + ' shown';
}
search.addEventListener('input', filter);
for (const state of states) state.addEventListener('change', filter);
document.getElementById('tools').hidden = false;
filter();
`;
