/** The report's style sheet: one column that a phone can hold, two where there is room; colours by the reader's preference. */

export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #fff; --sunk: #f0f2f5; --line: #dfe3e8; --text: #1c2128; --quiet: #5b6672;
  --good: #14703f; --bad: #b92a24; --warn: #9a6200; --accent: #2457c5;
  --good-soft: #e2f3e9; --bad-soft: #fbe6e4; --warn-soft: #fbf0d9; --accent-soft: #e5ecfb;
  --acl: #7a4bbf; --nat: #b4540a; --route: #1f6f9e; --out: #14703f;
  --mark: #ffe28a; --mark-text: #3d2c00;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #101418; --card: #181d23; --sunk: #12171c; --line: #2b333c; --text: #e4e8ec; --quiet: #98a4b0;
    --good: #58c98b; --bad: #ff8a80; --warn: #e3b457; --accent: #8fb2ff;
    --good-soft: #16301f; --bad-soft: #3a1c1a; --warn-soft: #332911; --accent-soft: #1b2744;
    --acl: #c2a1f5; --nat: #f0a361; --route: #78bfe8; --out: #58c98b;
    --mark: #6a5200; --mark-text: #ffe9a8;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; overflow-wrap: anywhere; }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0; letter-spacing: -.01em; }
h2 { font-size: 1.1rem; margin: 2.25rem 0 .75rem; }
h4 { font-size: .8rem; margin: 1.25rem 0 .5rem; color: var(--quiet); font-weight: 600; }
p { margin: 0; }
.quiet { color: var(--quiet); font-size: .875rem; }
code, pre, .script, .from, .to, .hex { font-family: var(--mono); }

header .kicker { color: var(--quiet); font-size: .875rem; margin-bottom: .25rem; }
header.bad h1 { color: var(--bad); }
header.good h1 { color: var(--good); }
.total { display: flex; height: .5rem; gap: 2px; margin: 1rem 0 .5rem; border-radius: .25rem; overflow: hidden; background: var(--line); }
.total i { min-width: 3px; }
.total .passed, .total .accepted { background: var(--good); } .total .failed, .total .error { background: var(--bad); } .total .skipped { background: var(--warn); }

.tools { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; padding: .75rem 0; margin-top: 1rem; background: var(--page); }
.tools input[type=search] { flex: 1 1 12rem; min-width: 0; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .75rem; }
.tools label { display: inline-flex; align-items: center; gap: .4rem; border: 1px solid var(--line); background: var(--card); border-radius: 2rem; padding: .35rem .75rem; font-size: .875rem; cursor: pointer; }
.tools label:has(input:checked) { border-color: var(--accent); background: var(--accent-soft); }
.tools label:focus-within, .tools input[type=search]:focus-visible, summary:focus-visible, .hex:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.tools input[type=checkbox] { position: absolute; opacity: 0; width: 0; }
#none { padding: 1.5rem 0; }
[hidden] { display: none !important; }

summary { list-style: none; cursor: pointer; }
summary::-webkit-details-marker { display: none; }
.case, .configuration, .frame { scroll-margin-top: 4.5rem; }
.case, .configuration { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; margin: .5rem 0; content-visibility: auto; contain-intrinsic-size: auto 3rem; }
.case > summary, .configuration > summary { display: flex; flex-wrap: wrap; align-items: baseline; gap: .15rem .75rem; padding: .7rem 1rem; border-radius: .6rem; }
.case > summary:hover, .configuration > summary:hover, .frame > summary:hover { background: var(--sunk); }
.case .name, .configuration .name { font-weight: 600; }
.case .title { color: var(--quiet); font-size: .9rem; flex: 1 1 14rem; }
.case > summary > .tag { margin-left: auto; }
.case > .body, .configuration > .body { padding: .25rem 1rem 1rem; border-top: 1px solid var(--line); }
.mark { width: .6rem; height: .6rem; border-radius: 50%; background: var(--warn); align-self: center; flex: none; }
.passed > summary > .mark, .accepted > summary > .mark { background: var(--good); }
.failed > summary > .mark, .error > summary > .mark { background: var(--bad); border-radius: 0; transform: rotate(45deg); }
.tag { font-size: .75rem; line-height: 1.4; padding: .05rem .5rem; border-radius: 1rem; background: var(--sunk); color: var(--quiet); white-space: nowrap; }
.tag.passed, .tag.accepted, .tag.transmitted { background: var(--good-soft); color: var(--good); }
.tag.failed, .tag.error, .tag.dropped { background: var(--bad-soft); color: var(--bad); }
.tag.skipped, .tag.punted, .tag.consumed, .tag.unreachable { background: var(--warn-soft); color: var(--warn); }
.facts { display: flex; flex-wrap: wrap; gap: .1rem 1.25rem; color: var(--quiet); font-size: .875rem; padding-top: .6rem; }

.differences { list-style: none; margin: .75rem 0; padding: 0; }
.differences li { border-left: 3px solid var(--bad); background: var(--bad-soft); padding: .5rem .75rem; margin: .4rem 0; border-radius: 0 .4rem .4rem 0; }
.differences p { white-space: pre-wrap; }
.differences li .tag { float: right; background: var(--card); }

.frame { border: 1px solid var(--line); border-radius: .45rem; margin: .3rem 0; }
.frame > summary { display: flex; flex-wrap: wrap; align-items: baseline; gap: .1rem .5rem; padding: .4rem .6rem; font-size: .875rem; border-radius: .45rem; }
.frame .number { min-width: 2.2em; text-align: right; color: var(--quiet); font-variant-numeric: tabular-nums; }
.frame .arrow { color: var(--quiet); }
.frame .from, .frame .to { font-size: .8125rem; }
.frame .words { color: var(--quiet); flex: 1 1 16rem; text-align: right; }
.frame > .body { padding: .25rem .75rem .75rem; border-top: 1px solid var(--line); }
.cause { color: var(--bad); font-weight: 600; flex-basis: 100%; padding-left: 2.7em; }
.decisions { margin: .25rem 0; padding-left: 1.2rem; font-size: .875rem; overflow-wrap: anywhere; }

.path { list-style: none; display: flex; flex-wrap: wrap; margin: .75rem 0; padding: 0; row-gap: .45rem; }
.path li { --kind: var(--quiet); position: relative; font: .75rem/1.5 var(--mono); padding: .1rem .5rem; margin-right: 1.5rem; border: 1px solid var(--kind); border-radius: .4rem; color: var(--kind); background: var(--card); }
.path li:not(:last-child)::after { content: ""; position: absolute; left: 100%; top: 50%; width: 1.5rem; height: 0; margin-left: 1px; border-top: 1.5px solid var(--line); }
.path li:not(:first-child)::before { content: ""; position: absolute; right: 100%; top: 50%; margin: -3.5px 1px 0 0; border: 3.5px solid transparent; border-left: 5px solid var(--quiet); border-right: 0; }
.path .acl { --kind: var(--acl); } .path .nat { --kind: var(--nat); } .path .route { --kind: var(--route); } .path .out { --kind: var(--out); }
.path .drop { --kind: var(--bad); background: var(--bad-soft); }

.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .8125rem; margin: .25rem 0 .5rem; }
th, td { text-align: left; font-weight: 400; padding: .15rem .9rem .15rem 0; vertical-align: top; font-variant-numeric: tabular-nums; }
tbody th { font-family: var(--mono); color: var(--quiet); } th, td { white-space: nowrap; overflow-wrap: normal; } td { font-family: var(--mono); }
thead th { color: var(--quiet); border-bottom: 1px solid var(--line); }
td b { font-weight: 400; background: var(--mark); color: var(--mark-text); border-radius: 2px; padding: 0 .15rem; margin-left: -.15rem; }
details.fields > summary { color: var(--accent); font-size: .8125rem; padding: .15rem 0; }
.bytes { display: flex; flex-wrap: wrap; gap: .75rem; }
figure { margin: 0; flex: 1 1 21rem; min-width: 0; }
figcaption { font-size: .8125rem; font-weight: 600; margin: .4rem 0 .25rem; } figcaption span { font-weight: 400; color: var(--quiet); }
.hex { margin: 0; padding: .5rem .6rem; background: var(--sunk); border-radius: .4rem; font-size: .78rem; line-height: 1.55; overflow: auto; max-height: 26rem; overflow-wrap: normal; }
.hex i { color: var(--quiet); font-style: normal; } .hex b { font-weight: 400; background: var(--mark); color: var(--mark-text); border-radius: 2px; }

.bars { list-style: none; margin: .75rem 0 0; padding: 0; display: grid; grid-template-columns: max-content 1fr max-content; gap: .35rem .9rem; align-items: center; font-size: .875rem; }
.bars li { display: contents; }
.bar { display: flex; height: .55rem; border-radius: .3rem; overflow: hidden; background: var(--line); }
.bar .hit { background: var(--good); } .bar .out { background: repeating-linear-gradient(135deg, var(--warn) 0 2px, transparent 2px 5px); }
.count { font-variant-numeric: tabular-nums; color: var(--quiet); }
.configuration .count { margin-left: auto; }
.never { list-style: none; margin: 0; padding: 0; font-size: .875rem; }
.never li { display: grid; grid-template-columns: minmax(6.5rem, max-content) 1fr; gap: .75rem; padding: .35rem 0; border-top: 1px solid var(--line); }
.never .line { color: var(--accent); font-size: .8125rem; } .never .script { font-size: .8125rem; color: var(--quiet); }
footer { margin-top: 3rem; color: var(--quiet); font-size: .8125rem; }
@media (max-width: 36rem) {
  main { padding: 1rem .75rem 3rem; }
  .case > summary { gap: .1rem .5rem; } .case .title { order: 3; flex-basis: 100%; }
  .frame .words { text-align: left; flex-basis: 100%; padding-left: 2.7em; }
  .never li { grid-template-columns: 1fr; gap: .1rem; }
  .tools { position: static; } .tools label { padding: .25rem .6rem; }
  .case, .configuration, .frame { scroll-margin-top: .5rem; }
  .hex { font-size: .72rem; }
  table { font-size: .68rem; } th, td { padding-right: .4rem; } thead th { white-space: normal; overflow-wrap: anywhere; }
  .path li { margin-right: 1.1rem; } .path li:not(:last-child)::after { width: 1.1rem; }
}
@media print { .tools { display: none; } .case { break-inside: avoid-page; content-visibility: visible; } }
`;
