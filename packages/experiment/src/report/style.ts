/** The style sheet of the page. */
export const style = `
:root { --ground: #f6f7f9; --sheet: #ffffff; --ink: #1d2530; --muted: #667080; --line: #e1e5ea; --accent: #0072b2; --warning: #a33c00; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #12161c; --sheet: #1a2029; --ink: #e6e9ee; --muted: #9aa4b2; --line: #2c3440; --accent: #62b3e4; --warning: #ff9a5c; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.55 Inter, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
header { margin-bottom: 2rem; }
.kicker { margin: 0; color: var(--accent); font-size: .8rem; font-weight: 600; letter-spacing: .06em; text-transform: uppercase; }
h1 { margin: .1rem 0 1.1rem; font-size: 1.9rem; line-height: 1.2; letter-spacing: -.015em; }
h2 { margin: 0 0 .9rem; font-size: 1.2rem; letter-spacing: -.01em; }
h3 { margin: 1.4rem 0 .5rem; font-size: .95rem; font-weight: 600; }
dl { display: flex; flex-wrap: wrap; gap: .9rem 2rem; margin: 0; }
dt { color: var(--muted); font-size: .78rem; }
dd { margin: 0; font-weight: 500; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
section, figure { margin: 0 0 1.5rem; padding: 1.4rem 1.5rem; background: var(--sheet); border: 1px solid var(--line); border-radius: 12px; }
.paper { background: #fff; border-radius: 8px; overflow-x: auto; text-align: center; }
.paper svg { display: inline-block; max-width: 100%; height: auto; vertical-align: top; }
figcaption, .note { margin: .9rem 0 0; color: var(--muted); font-size: .88rem; max-width: 46rem; }
.note { margin: 0; }
.warning { margin: 0; color: var(--warning); font-weight: 500; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { padding: .4rem .6rem; vertical-align: baseline; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th:first-child { padding-left: 0; text-align: left; }
td:last-child, thead th:last-child { padding-right: 0; }
thead th { color: var(--muted); font-weight: 500; font-size: .82rem; }
tbody th { font-weight: 500; }
tbody tr:last-child > * { border-bottom: 0; }
th:first-child { position: sticky; left: 0; background: var(--sheet); }
td b { font-weight: 600; }
td small, th small { display: block; color: var(--muted); font-weight: 400; font-size: .8em; line-height: 1.3; }
.quiet th, .quiet td, .quiet b { color: var(--muted); font-weight: 400; }
details summary { cursor: pointer; color: var(--accent); }
pre { overflow-x: auto; font: .82rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
@media (max-width: 40rem) {
  main { padding: 1.5rem .75rem 3rem; }
  section, figure { padding: 1rem; }
  tbody th { white-space: normal; min-width: 6rem; }
}
@media print { body { background: #fff; } section, figure { break-inside: avoid; border: 0; padding: 0; } }
`;
