/** One style for all pages: lacquer red on warm paper, Be Vietnam Pro, wide and narrow screens, print. */
export const style = `
@font-face{font-family:"Be Vietnam Pro";font-weight:400;src:url(/docs/assets/regular.ttf);font-display:swap}
@font-face{font-family:"Be Vietnam Pro";font-weight:500;src:url(/docs/assets/medium.ttf);font-display:swap}
@font-face{font-family:"Be Vietnam Pro";font-weight:700;src:url(/docs/assets/bold.ttf);font-display:swap}
:root{--paper:#fbf6ec;--sheet:#fffdf8;--edge:#e8dcc6;--ink:#2b1d16;--soft:#6d5a4c;--red:#8f1d14;--red-deep:#6f130c;--gold:#8a5f14;--tint:#f6e9d8;--night:#2a1713;--night-edge:#45291f;--mono:ui-monospace,"SF Mono","Cascadia Mono","DejaVu Sans Mono",Menlo,Consolas,monospace}
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:5.5rem;-webkit-text-size-adjust:100%}
@media(prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--paper);color:var(--ink);font:400 16px/1.65 "Be Vietnam Pro",system-ui,sans-serif;text-rendering:optimizeLegibility}
a{color:var(--red);text-underline-offset:.18em;text-decoration-thickness:1px}
a:hover{color:var(--red-deep)}
:focus-visible{outline:3px solid var(--gold);outline-offset:2px;border-radius:4px}
code{font-family:var(--mono);font-size:.88em}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:1rem;background:var(--sheet);padding:.5rem 1rem;z-index:9}
.top{position:sticky;top:0;z-index:5;display:flex;align-items:center;justify-content:space-between;gap:1rem;padding:.7rem clamp(1rem,3vw,2.5rem);background:rgba(251,246,236,.94);border-bottom:1px solid var(--edge);box-shadow:inset 0 3px 0 var(--red)}
.brand{display:flex;align-items:center;gap:.75rem;text-decoration:none;color:var(--ink)}
.brand b{display:block;white-space:nowrap;font-size:1.08rem;line-height:1.2;letter-spacing:-.01em}
.brand small{display:block;color:var(--soft);font-size:.76rem;line-height:1.3}
.top nav{display:flex;gap:.25rem;align-items:center}
.top nav a{padding:.4rem .7rem;border-radius:.5rem;text-decoration:none;color:var(--ink);font-weight:500;font-size:.92rem;white-space:nowrap}
.top nav a:hover{background:var(--tint);color:var(--red)}
.top nav .other{border:1px solid var(--edge);background:var(--sheet);margin-left:.4rem}
.frame{max-width:52rem;margin:0 auto;padding:0 clamp(1rem,4vw,2rem) 5rem}
.wide .frame{max-width:96rem;display:grid;grid-template-columns:17rem minmax(0,1fr);gap:clamp(1.5rem,3vw,3.5rem)}
h1,h2,h3,h4{line-height:1.25;letter-spacing:-.015em;text-wrap:balance}
h1{font-size:clamp(1.9rem,4.2vw,2.9rem);margin:0 0 1rem}
.lead{font-size:1.13rem;color:var(--soft);max-width:44rem;margin:0 0 1.5rem}
.index{position:sticky;top:4.2rem;align-self:start;max-height:calc(100vh - 4.2rem);overflow:auto;padding:2rem 0;font-size:.88rem}
.index p{margin:1.4rem 0 .35rem;font-weight:700;color:var(--red);font-size:.78rem;letter-spacing:.02em}
.index p:first-child{margin-top:0}
.index ul{list-style:none;margin:0;padding:0}
.index a{display:flex;align-items:baseline;gap:.55rem;padding:.28rem .5rem;margin-left:-.5rem;border-radius:.4rem;color:var(--ink);text-decoration:none;line-height:1.4}
.index a:hover{background:var(--tint)}
.verb{font:700 .68rem/1 var(--mono);letter-spacing:.04em;padding:.28rem .4rem;border-radius:.3rem;color:#fff;background:var(--gold)}
.verb.get{background:#3f6650}
.verb.post{background:var(--red)}
.index .verb{flex:none;width:2.7rem;text-align:center;font-size:.6rem;padding:.22rem 0;transform:translateY(-1px)}
.hero{padding:clamp(2rem,5vw,4rem) 0 1.5rem}
.steps{list-style:none;counter-reset:s;display:grid;grid-template-columns:repeat(auto-fit,minmax(14rem,1fr));gap:1rem;margin:2rem 0;padding:0}
.steps li{counter-increment:s;position:relative;background:var(--sheet);border:1px solid var(--edge);border-radius:.9rem;padding:1.1rem 1.2rem 1.1rem 3.6rem}
.steps li::before{content:counter(s);position:absolute;left:1.1rem;top:1.15rem;width:1.7rem;height:1.7rem;border-radius:50%;background:var(--red);color:#fff7e6;font-weight:700;font-size:.9rem;display:grid;place-items:center}
.steps b{display:block}
.steps span{color:var(--soft);font-size:.92rem}
.button{display:inline-block;background:var(--red);color:#fff7e6;font-weight:500;text-decoration:none;padding:.55rem 1.1rem;border-radius:.6rem}
.button:hover{background:var(--red-deep);color:#fff}
.group>h2{margin:3.5rem 0 1rem;padding-top:1.2rem;border-top:1px solid var(--edge);font-size:1.5rem;color:var(--red)}
.operation{background:var(--sheet);border:1px solid var(--edge);border-radius:1rem;padding:clamp(1.1rem,2.2vw,2rem);margin:0 0 1.5rem;box-shadow:0 1px 2px rgba(72,40,20,.05)}
.operation:target{border-color:var(--red);box-shadow:0 0 0 3px rgba(143,29,20,.12)}
.operation h3{margin:0 0 .5rem;font-size:1.22rem}
.where{display:flex;align-items:center;gap:.6rem;margin:0 0 .7rem;flex-wrap:wrap}
.where code{font-size:.98rem;font-weight:600;overflow-wrap:anywhere}
.marks{margin:0 0 .8rem;display:flex;flex-wrap:wrap;gap:.4rem}
.mark{font-size:.8rem;padding:.15rem .6rem;border-radius:1rem;background:var(--tint);color:#5a3a1c}
.what{margin:0;color:var(--soft);max-width:52rem}
.columns{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:2rem;margin-top:1rem}
h4{margin:1.3rem 0 .5rem;font-size:.86rem;color:var(--gold)}
.fields{list-style:none;margin:0;padding:0}
.fields li{padding:.5rem 0;border-top:1px solid var(--edge)}
.fields>li:first-child{border-top:0}
.fields .fields{margin:.4rem 0 0 .2rem;padding-left:.9rem;border-left:2px solid var(--tint)}
.fields p{margin:.1rem 0 0;font-size:.88rem;color:var(--soft)}
.fields small{color:var(--soft);font-size:.8rem}
.fields em{font-style:normal;color:var(--red);font-weight:500}
.name{font-weight:700;font-size:.9rem}
.choices code,.fields p code{background:var(--tint);padding:.05rem .35rem;border-radius:.3rem;font-size:.82em}
.chips{list-style:none;display:flex;flex-wrap:wrap;gap:.35rem;margin:0;padding:0}
.chips a{display:flex;align-items:center;gap:.45rem;text-decoration:none;border:1px solid var(--edge);border-radius:.5rem;padding:.1rem .5rem .1rem .15rem;font-size:.84rem;background:var(--paper);color:var(--ink)}
.chips a:hover{border-color:var(--red);color:var(--red)}
.status{font:700 .74rem/1 var(--mono);padding:.28rem .38rem;border-radius:.35rem;background:var(--tint);color:#7a4a10}
.status.s2,.status.s3{background:#e2ecdf;color:#2f5540}
.status.s4{background:#f8e8c9;color:#7a4a10}
.status.s5{background:#f6d9d3;color:var(--red-deep)}
.panels{min-width:0}
.panel{margin:1.3rem 0 0;background:var(--night);color:#f4e7d3;border-radius:.8rem;overflow:hidden;border:1px solid var(--night-edge)}
.panel figcaption{padding:.5rem 1rem;font-size:.78rem;font-weight:500;color:#d9bf98;border-bottom:1px solid var(--night-edge)}
.panel pre,pre.panel{margin:0;padding:1rem;overflow:auto;max-height:34rem;white-space:pre-wrap;overflow-wrap:anywhere;font-size:.84rem;line-height:1.6;tab-size:2}
.panel code{font-size:1em}
.panel i{font-style:normal}
.panel .k{color:#efc98b}
.panel .s{color:#f7efe2}
.panel .n{color:#e89a86}
.bare{display:flex;gap:.6rem;align-items:baseline;font-size:.9rem;color:var(--soft);margin:1rem 0 0}
.note.broad{max-width:none}
.note{padding:clamp(2rem,6vw,4.5rem) 0 0}
.note h2{font-size:1.15rem;margin:2.2rem 0 .6rem;color:var(--red)}
.eyebrow{margin:0 0 .8rem;color:var(--gold);font-weight:500;display:flex;gap:.7rem;flex-wrap:wrap;align-items:baseline}
.eyebrow a{color:inherit}
.eyebrow code{background:var(--tint);border-radius:.4rem;padding:.05rem .5rem;color:#5a3a1c;overflow-wrap:anywhere}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(12rem,1fr));gap:1px;background:var(--edge);border:1px solid var(--edge);border-radius:.9rem;overflow:hidden;margin:2rem 0}
.facts div{background:var(--sheet);padding:.9rem 1.1rem}
.facts dt{font-size:.8rem;color:var(--soft)}
.facts dd{margin:.2rem 0 0;font-weight:500;line-height:1.4}
.facts dd small{display:block;font-weight:400;color:var(--soft)}
.facts dd.status{display:inline-block;font-size:1rem}
.onward{margin-top:2.5rem}
.codes{list-style:none;margin:0;padding:0;border:1px solid var(--edge);border-radius:.9rem;overflow:hidden;background:var(--sheet)}
.codes li{border-bottom:1px solid var(--edge);margin-bottom:-1px}
.codes a{display:flex;gap:1rem;align-items:baseline;padding:.75rem 1.1rem;text-decoration:none;color:var(--ink)}
.codes a:hover{background:var(--tint)}
.codes b{display:block;font-weight:500;line-height:1.4}
.codes code{color:var(--soft);font-size:.82rem}
.desk label{display:block;font-weight:500;margin:0 0 .4rem}
.desk textarea{width:100%;font:400 .86rem/1.5 var(--mono);color:var(--ink);background:var(--sheet);border:1px solid var(--edge);border-radius:.8rem;padding:.8rem 1rem;resize:vertical;overflow-wrap:anywhere}
.desk video{width:100%;max-height:22rem;object-fit:cover;border-radius:.9rem;background:#000;margin-top:1rem}
.acts{display:flex;flex-wrap:wrap;gap:.6rem;margin:.8rem 0 0}
button.button{border:1px solid var(--red);font:500 1rem/1.4 inherit;font-family:inherit;cursor:pointer}
button.quiet{background:var(--sheet);color:var(--red)}
button.quiet:hover{background:var(--tint);color:var(--red-deep)}
button[hidden],video[hidden]{display:none}
.private{color:var(--soft);font-size:.88rem;margin:1.6rem 0 0;padding-left:1rem;border-left:2px solid var(--edge)}
.outcome{margin:1.6rem 0 0;border:1px solid var(--edge);border-left:6px solid var(--gold);border-radius:.9rem;background:var(--sheet);padding:1.2rem clamp(1rem,3vw,1.6rem)}
.desk .outcome h2{margin:0 0 .4rem;font-size:1.35rem;color:inherit;display:flex;gap:.7rem;align-items:center}
.outcome h2::before{content:"?";flex:none;width:1.9rem;height:1.9rem;border-radius:50%;display:grid;place-items:center;background:var(--gold);color:#fff;font-size:1.1rem;font-weight:700}
.outcome p{margin:.3rem 0 0}
.outcome.good{border-left-color:#2f6b46}
.outcome.good h2{color:#22543a}
.outcome.good h2::before{content:"✓";background:#2f6b46}
.outcome.bad{border-color:#e3b3aa;border-left-color:var(--red);background:#fdf1ee}
.outcome.bad h2{color:var(--red-deep)}
.outcome.bad h2::before{content:"✕";background:var(--red)}
.outcome .warning{margin:.8rem 0 0;padding:.5rem .8rem;border-radius:.6rem;background:#f8e8c9;color:#5f3a0c;font-weight:500;font-size:.92rem}
.outcome .remark{margin:1rem 0 0;color:var(--soft);font-size:.88rem}
.claims{margin:1.1rem 0 0;border-top:1px solid var(--edge)}
.claims div{display:grid;grid-template-columns:minmax(8rem,13rem) minmax(0,1fr);gap:.2rem 1rem;padding:.5rem 0;border-bottom:1px solid var(--edge)}
.claims dt{color:var(--soft);font-size:.9rem}
.claims dd{margin:0;font-weight:500;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
.claims ul{list-style:none;margin:0;padding:0}
.claims li{display:flex;justify-content:space-between;gap:1rem}
.claims li span{font-weight:400}
.claims div:first-child dd{font-size:1.25rem;font-weight:700;line-height:1.3}
@media(max-width:68rem){.columns{grid-template-columns:minmax(0,1fr);gap:0}}
.jump{display:none}
.jump summary{cursor:pointer;font-weight:500;padding:.7rem 1rem}
.jump nav{padding:0 1rem 1rem;font-size:.95rem}
.jump p{margin:1rem 0 .3rem;font-weight:700;color:var(--red);font-size:.85rem}
.jump ul{list-style:none;margin:0;padding:0}
.jump a{display:flex;gap:.6rem;align-items:baseline;padding:.35rem 0;color:var(--ink);text-decoration:none}
.jump .verb{flex:none;width:2.7rem;text-align:center;font-size:.6rem;padding:.22rem 0}
@media(min-width:48rem){.codes{display:grid;grid-template-columns:1fr 1fr}.codes li:nth-child(odd){border-right:1px solid var(--edge)}.broad .codes a{height:100%}}
@media(max-width:54rem){.jump{display:block;background:var(--sheet);border:1px solid var(--edge);border-radius:.8rem;margin-top:1.2rem}.wide .frame{display:block}.index{display:none}.brand small{display:none}}
@media(max-width:34rem){.claims div{grid-template-columns:minmax(0,1fr)}.top nav a:first-child{display:none}.top{padding:.6rem 1rem}.top nav{gap:0}.top nav a{padding:.35rem .38rem;font-size:.84rem}.top nav .other{margin-left:.1rem}.brand img{width:30px;height:30px}.operation{border-radius:.8rem}}
@media print{.top,.index{display:none}.wide .frame{display:block}.panel{color:#000;background:none}}
`
