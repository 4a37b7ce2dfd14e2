/** The report's only script: shows the cases that the reader asks for. Without it all are shown. */

export const SCRIPT = `
const search = document.getElementById('search');
const states = [...document.querySelectorAll('input[name=state]')];
const cases = [...document.querySelectorAll('.case')];
function filter() {
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const wanted = new Set(states.filter((state) => state.checked).map((state) => state.value));
  let shown = 0;
  for (const each of cases) {
    const isShown = wanted.has(each.dataset.status) && words.every((word) => each.dataset.text.includes(word));
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
