/** The page's own style: system fonts, light and dark, readable at any width. */
import { Html } from './html.ts'

export const pageStyle = new Html(`
:root { color-scheme: light dark; --ink:#18212b; --soft:#5a6876; --paper:#f6f4ef; --card:#fff; --line:#e2ddd2; --red:#b3261e; --gold:#8a5a00; --teal:#0b6b6b; --code:#f0ede5 }
@media (prefers-color-scheme: dark) { :root { --ink:#e8e6e1; --soft:#a3adb8; --paper:#14181d; --card:#1c2229; --line:#2e3740; --red:#ff8a80; --gold:#f2c14e; --teal:#6fd0c8; --code:#252d36 } }
* { box-sizing: border-box }
body { margin:0; background:var(--paper); color:var(--ink); font:16px/1.55 "Be Vietnam Pro", "Segoe UI", system-ui, sans-serif }
header, main, footer { max-width:72rem; margin:0 auto; padding:0 1.25rem }
header { padding-top:2.5rem; border-top:6px solid var(--red); max-width:none }
header > * { max-width:69.5rem; margin-left:auto; margin-right:auto }
.eyebrow { color:var(--red); font-weight:700; letter-spacing:.08em; text-transform:uppercase; font-size:.8rem; margin-bottom:.25rem }
h1 { font-size:clamp(1.6rem, 4vw, 2.4rem); line-height:1.2; margin-top:0 }
h1 small, h2 small { display:block; font-size:.55em; font-weight:400; color:var(--soft); margin-top:.2em }
h2 { font-size:1.25rem; margin:2.2rem 0 .8rem }
h2 small { display:inline; font-size:.75em; margin-left:.4em }
h3 { font-size:1.02rem; margin:0 0 .2rem }
[lang=en] { color:var(--soft); font-size:.92em }
.cards { display:grid; grid-template-columns:repeat(auto-fill, minmax(17rem, 1fr)); gap:.8rem }
.cards div, article { background:var(--card); border:1px solid var(--line); border-radius:.7rem; padding:.8rem 1rem }
dt { color:var(--soft); font-size:.85rem } dd { margin:0; overflow-wrap:anywhere }
.people { display:grid; grid-template-columns:repeat(auto-fill, minmax(19rem, 1fr)); gap:.8rem }
article p { margin:.15rem 0 } .note { color:var(--soft); font-size:.88rem }
code, pre { font-family:ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; font-size:.86em; background:var(--code); border-radius:.3rem }
code { padding:.1em .35em } pre { padding:.8rem; overflow-x:auto; user-select:all }
.count { font-style:normal; font-size:.8rem; background:var(--line); border-radius:1rem; padding:.1rem .6rem; vertical-align:middle }
.tag { font-size:.8rem; padding:.1rem .5rem; border-radius:1rem; border:1px solid currentColor; white-space:nowrap }
.bad { color:var(--red) } .warn { color:var(--gold) }
.quiet { color:var(--teal) }
.scroll { overflow-x:auto; background:var(--card); border:1px solid var(--line); border-radius:.7rem }
table { border-collapse:collapse; width:100%; font-size:.92rem } th, td { text-align:left; padding:.5rem .8rem; border-bottom:1px solid var(--line); vertical-align:top }
th { color:var(--soft); font-weight:600; white-space:nowrap } tr:last-child td { border-bottom:0 }
summary { cursor:pointer; color:var(--teal) } details { margin-top:.5rem }
:focus-visible { outline:3px solid var(--teal); outline-offset:2px }
footer { padding:2.5rem 1.25rem; color:var(--soft); font-size:.9rem }
`)
