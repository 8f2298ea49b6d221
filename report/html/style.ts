import { chartDeclarations } from './colours.ts'

const LIGHT = `color-scheme:light;--canvas:#f5f6f8;--surface:#fff;--sunken:#eef0f4;--rule:#dde1e8;--ink:#12161d;--soft:#566070;--accent:#0a66a3;--warn:#8a6700;--warn-fill:#fbf1d0;--crit:#8f1414;--crit-fill:#fbe4e1;--unconf:#40527f;--unconf-fill:#e4e9f5;${chartDeclarations('light')}`
const DARK = `color-scheme:dark;--canvas:#0c0f14;--surface:#14181f;--sunken:#1c222b;--rule:#29303b;--ink:#e8ecf2;--soft:#a3adba;--accent:#6fc0f0;--warn:#f0c000;--warn-fill:#322a0c;--crit:#f58272;--crit-fill:#3b1713;--unconf:#a9bbe8;--unconf-fill:#222c45;${chartDeclarations('dark')}`

const BASE = `
*{box-sizing:border-box}
html{background:var(--canvas);color:var(--ink);font:14px/1.5 "Inter Variable",Inter,ui-sans-serif,system-ui,-apple-system,"Segoe UI",sans-serif;-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:1180px;padding:32px 28px 48px}
h1,h2,h3,p,dl,dd,ul{margin:0}
h1{font-size:26px;line-height:1.25;letter-spacing:-.015em;font-weight:650;text-wrap:balance;overflow-wrap:anywhere}
h2{font-size:17px;letter-spacing:-.005em;font-weight:650;margin-bottom:8px}
h3{font-size:15px;font-weight:650;overflow-wrap:anywhere}
a{color:var(--accent);text-decoration:underline;text-decoration-color:color-mix(in srgb,var(--accent) 40%,transparent);text-underline-offset:3px}
a:hover{text-decoration-color:currentColor}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:4px}
section{margin-top:36px}
.eyebrow{color:var(--soft);font-size:12.5px;font-weight:500;margin-bottom:6px}
.lead{color:var(--soft);max-width:84ch;margin:-4px 0 12px;overflow-wrap:anywhere}
.nothing{color:var(--soft);margin-top:4px}
h3.further{margin:22px 0 8px}
.name{overflow-wrap:anywhere}
.soft{color:var(--soft)}
.nowrap{white-space:nowrap}
.break{overflow-wrap:anywhere}
.number,.facts dd,.tally b{font-variant-numeric:tabular-nums}
`

const PARTS = `
.panel,.card,.scroll{background:var(--surface);border:1px solid var(--rule);border-radius:12px}
.scroll{overflow-x:auto;position:relative}
table{border-collapse:collapse;width:100%;font-size:13px}
thead th{color:var(--soft);font-weight:500;white-space:nowrap;border-bottom:1px solid var(--rule)}
th,td{padding:7px 12px;text-align:left;vertical-align:top}
th[scope=row]{font-weight:600;min-width:9em}
tbody+tbody>tr:first-child>*{border-top:1px solid var(--rule)}
.number{text-align:right;white-space:nowrap}
.below td{padding-top:0;color:var(--soft);max-width:0}
.below div{position:sticky;left:12px;overflow-wrap:anywhere}
.badge{display:inline-flex;gap:5px;align-items:baseline;border-radius:6px;padding:0 7px;font-size:12.5px;font-weight:600;line-height:20px;white-space:nowrap;print-color-adjust:exact;-webkit-print-color-adjust:exact;background:var(--sunken);color:var(--soft)}
.badge.critical{background:var(--crit-fill);color:var(--crit)}
.badge.warning{background:var(--warn-fill);color:var(--warn)}
.badge.unconfirmed{background:var(--unconf-fill);color:var(--unconf)}
.badge.ok{background:none;padding:0;font-weight:500}
.facts{display:flex;flex-wrap:wrap;gap:8px 28px}
.facts dt{color:var(--soft);font-size:12.5px}
.facts dd{overflow-wrap:anywhere}
.head .facts{margin-top:16px}
.tally{display:flex;flex-wrap:wrap;gap:6px 22px;list-style:none;padding:0;margin:18px 0 0}
.tally b{font-size:20px;font-weight:650;letter-spacing:-.01em;margin-right:4px}
.tally .critical b{color:var(--crit)}.tally .warning b{color:var(--warn)}.tally .unconfirmed b{color:var(--unconf)}
.meter{display:block;width:100%;height:6px;margin-top:10px}
.chart{display:block;width:100%;height:auto;overflow:visible;font-size:12px}
.chart text,.mini text{font-family:inherit}
.bar{width:96px;height:10px;vertical-align:-1px;margin-left:8px}
.mini{width:120px;height:28px;display:block}
.track{fill:var(--sunken)}
.tick{stroke:var(--soft);stroke-width:1;opacity:.55}
.fill{fill:var(--c-neutral3)}.fill.ok{fill:var(--soft)}.fill.insufficient_data{fill:var(--rule)}
.fill.critical{fill:var(--c-critical)}.fill.warning{fill:var(--c-warning)}.fill.unconfirmed{fill:var(--c-unconfirmed)}
.mini .w{fill:var(--c-production);opacity:.8}
.mini .b{fill:none;stroke:var(--c-baseline);stroke-width:1}
.card{padding:16px 18px;margin-top:14px}
.card>header{display:flex;flex-wrap:wrap;gap:4px 10px;align-items:baseline}
.card>p{margin:6px 0 0;max-width:86ch;overflow-wrap:anywhere}
.pair{display:grid;grid-template-columns:minmax(0,1.15fr) minmax(0,1fr);gap:20px;margin-top:14px;align-items:start}
.pair>:only-child{grid-column:1/-1}
.pair.even{grid-template-columns:repeat(2,minmax(0,1fr))}
.card .scroll{border:0;border-radius:0;background:none}
.facts+.scroll{margin-top:12px}
.card table{font-size:12.5px}
.card th,.card td{padding:4px 8px}
.card .facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(128px,1fr));gap:6px 16px;margin-top:14px}
figure{margin:0}
figure+figure{margin-top:16px}
figcaption{color:var(--soft);font-size:12.5px;margin-top:6px;overflow-wrap:anywhere}
.wide{min-width:720px;padding-right:14px}
details{background:var(--surface);border:1px solid var(--rule);border-radius:10px;margin-top:8px}
summary{cursor:pointer;padding:8px 14px;display:flex;flex-wrap:wrap;gap:2px 10px;align-items:baseline;list-style:none}
summary::-webkit-details-marker{display:none}
summary::before{content:"";align-self:center;width:6px;height:6px;border:solid var(--soft);border-width:0 1.5px 1.5px 0;transform:rotate(-45deg);flex:none}
details[open]>summary::before{transform:rotate(45deg)}
details>:not(summary){padding:0 14px 14px}
details>.card{border:0;margin:0}
details .pair{margin-top:4px}
.target{scroll-margin-top:56px}
ul.plain{list-style:none;padding:0;margin-top:8px}
ul.plain li{padding:3px 0;overflow-wrap:anywhere}
.terms{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:5px 18px;font-size:13px;margin-top:8px}
.terms dt{color:var(--soft)}
.terms dd{overflow-wrap:anywhere}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;color:var(--soft);font-size:12px;margin-top:8px}
.legend svg{width:auto;height:12px;vertical-align:-2px;margin-right:5px}
footer{color:var(--soft);font-size:12.5px;margin-top:40px;padding-top:14px;border-top:1px solid var(--rule)}
`

const NARROW = `
@media screen and (max-width:760px){.roomy{display:none}body{padding:20px 16px 32px}h1{font-size:22px}.pair,.pair.even{grid-template-columns:minmax(0,1fr)}.terms{grid-template-columns:minmax(0,1fr)}.terms dt{margin-top:6px}th,td{padding:6px 8px}td{min-width:6.5em}.below div{max-width:calc(100vw - 52px)}}
`

/** A4, always light: tables are as wide as the paper, rows and charts stay whole, and headings stay with what they head. */
const PAPER = `
@page{size:A4;margin:14mm 13mm}
@media print{
html{background:none;font-size:9.5pt;line-height:1.4}
body{max-width:none;padding:0}
h1{font-size:17pt}h2{font-size:12.5pt}h3{font-size:10.5pt}
section{margin-top:18pt}
.roomy{display:none}
.scroll{overflow:visible;border-radius:0;border-width:1px 0}
table,.card table{font-size:8pt}
th,td{padding:3pt 4pt;overflow-wrap:anywhere}
th[scope=row]{min-width:0}
thead{display:table-header-group}
tbody,tr,figure,.tally,.facts{break-inside:avoid}
h2,h3,.lead,.card>header{break-after:avoid}
.card{padding:8pt 0 0;border-width:1px 0 0;border-radius:0}
article.card{break-inside:avoid}
footer{break-before:avoid}
.facts,.terms,.legend,figcaption,footer{font-size:8.5pt}
.facts dt,.lead,.eyebrow,.badge{font-size:8.5pt}
.bar{width:56px}.mini{width:84px;height:22px}
.wide{min-width:0}
.pair{gap:12pt}
details{break-inside:avoid}
a{color:inherit;text-decoration:none}
}
`

/** The look of the dashboard, in light and dark, and on paper. */
export const STYLE = `:root{${LIGHT}}@media screen and (prefers-color-scheme:dark){:root{${DARK}}}${BASE}${PARTS}${NARROW}${PAPER}`
