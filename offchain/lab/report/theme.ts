/** The look of the report: one sheet, light and dark, no outside resource. */
export const STYLE_SHEET = `
:root{color-scheme:light dark;
--page:#fcfcfa;--card:#ffffff;--ink:#1b2430;--soft:#55606f;--line:#e2e4e1;--grid:#eceeeb;--accent:#0b6e6e;
--good:#17683f;--good-bg:#e5f3ea;--bad:#a8271c;--bad-bg:#fbe9e6;--warn:#8a5a00;--warn-bg:#fdf3dc;
--fair:#1b2430;--chainlink:#1f6fc4;--pyth:#8c4fb8;--redstone:#c2571a;--uniswap:#c03a78;--index:#0b8a83;
--liq:#b97f10;--theft:#6d28d9;--hair:#c2571a;--fund:#1f6fc4;
--w-penalty:#7fb7be;--w-fund:#3b82c4;--w-backstop:#6d5bb0;--w-haircut:#e0a030;--w-bad:#c2392b;
--b0:#dfe9e3;--b1:#f3dd9a;--b2:#eeb066;--b3:#dd6b4d;--b4:#8c3a5f}
@media (prefers-color-scheme:dark){:root{
--page:#12161b;--card:#191f26;--ink:#e6e9ec;--soft:#a3adb8;--line:#2c343d;--grid:#252c34;--accent:#5cc8c0;
--good:#79d3a0;--good-bg:#17352a;--bad:#ff9a8c;--bad-bg:#43201d;--warn:#f2c66d;--warn-bg:#3a2e14;
--fair:#f2f4f6;--chainlink:#6cb0f5;--pyth:#c79bea;--redstone:#f2975f;--uniswap:#f083b5;--index:#3fc7be;
--liq:#e9b949;--theft:#b79cf7;--hair:#f2975f;--fund:#6cb0f5;
--w-penalty:#5f9aa1;--w-fund:#5d9fdc;--w-backstop:#9384d6;--w-haircut:#e3ab48;--w-bad:#e2685b;
--b0:#263a33;--b1:#8a7430;--b2:#b0752f;--b3:#c0553b;--b4:#b0608a}}
*{box-sizing:border-box}
html{scroll-behavior:smooth}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;-webkit-text-size-adjust:100%}
.page{max-width:1080px;margin:0 auto;padding:40px 24px 96px}
a{color:var(--accent);text-underline-offset:3px}
a.skip{position:absolute;left:-999px}a.skip:focus{left:16px;top:16px;background:var(--card);padding:8px 12px}
h1{font-size:2rem;line-height:1.2;letter-spacing:-.015em;margin:0 0 8px;font-weight:650}
h2{font-size:1.4rem;line-height:1.25;letter-spacing:-.01em;margin:0 0 6px;font-weight:640}
h3{font-size:1.02rem;margin:34px 0 6px;font-weight:640}
p{margin:0 0 12px;max-width:74ch}
.eyebrow{font-size:.8rem;letter-spacing:.08em;text-transform:uppercase;color:var(--soft);margin:0 0 10px}
.lead{font-size:1.12rem;color:var(--soft)}
.soft{color:var(--soft)}
.small{font-size:.88rem}
code{overflow-wrap:anywhere}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.86em}
pre{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:10px 14px;overflow-x:auto;margin:8px 0 12px}
.banner{background:var(--warn-bg);color:var(--warn);border-radius:10px;padding:12px 16px;margin:18px 0}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(250px,1fr));gap:16px;margin:26px 0 34px}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:18px 20px}
.card h3{margin:0;font-size:.95rem;color:var(--soft);font-weight:600}
.card .score{font-size:2.1rem;font-weight:660;letter-spacing:-.02em;line-height:1.2;margin:2px 0 2px}
.card .score small{font-size:1rem;font-weight:500;color:var(--soft);letter-spacing:0}
.card dl{display:grid;grid-template-columns:1fr auto;gap:3px 12px;margin:12px 0 0;font-size:.9rem}
.card dt{color:var(--soft)}.card dd{margin:0;text-align:right;font-variant-numeric:tabular-nums}
.card.main{border-color:var(--accent);box-shadow:inset 0 3px 0 var(--accent)}
.scroll{overflow-x:auto;margin:10px 0 18px}
.scroll:focus-visible,summary:focus-visible,a:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);font-size:.86rem;padding:0 0 8px}
th,td{padding:6px 12px;text-align:left;border-bottom:1px solid var(--line);vertical-align:top}
thead th{font-weight:600;color:var(--soft);border-bottom-color:var(--soft);white-space:nowrap}
tbody th{font-weight:550}
.data tbody th{white-space:nowrap}
.methods dt{font-weight:600}.methods dd{margin:0 0 10px;max-width:78ch}
text.note{fill:var(--bad)}
.data td,.data thead th:not(:first-child){text-align:right}
.events td{text-align:left}.events td:nth-child(2),.events th{white-space:nowrap}
.score-table td{min-width:170px}
.score-table th a{color:inherit;text-decoration-color:var(--line)}
.verdict{display:inline-block;border-radius:999px;padding:1px 10px;font-size:.84rem;font-weight:600;white-space:nowrap}
.pass{background:var(--good-bg);color:var(--good)}.fail{background:var(--bad-bg);color:var(--bad)}.none{color:var(--soft)}
.why{display:block;font-size:.82rem;color:var(--soft);margin-top:4px;line-height:1.4}
.promise{border-left:3px solid var(--accent);padding:2px 0 2px 14px;margin:14px 0 18px;max-width:74ch}
section.scenario{border-top:1px solid var(--line);padding-top:40px;margin-top:56px}
figure{margin:8px 0 8px}
figcaption{font-size:.88rem;color:var(--soft);max-width:82ch;margin:0 0 8px}
svg{display:block;width:100%;height:auto;overflow:visible}
.chart{min-width:640px}
.trio{display:grid;grid-template-columns:repeat(auto-fit,minmax(290px,1fr));gap:10px 22px}
.trio h4{margin:0 0 2px;font-size:.9rem;font-weight:600}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;list-style:none;margin:0 0 6px;padding:0;font-size:.84rem;color:var(--soft)}
.legend li{display:flex;align-items:center;gap:7px}.key{width:22px;height:12px}
details{border:1px solid var(--line);border-radius:10px;margin:10px 0;background:var(--card)}
summary{cursor:pointer;padding:10px 14px;font-size:.92rem;color:var(--soft)}
details[open]>summary{border-bottom:1px solid var(--line)}
details>*:not(summary){margin-left:14px;margin-right:14px}
.story{padding-left:0;list-style:none;margin:8px 0}.story li{margin:0 0 8px;max-width:86ch}
@media (max-width:640px){.page{padding:24px 16px 64px}th,td{padding:6px}.score-table td{min-width:0}.score-table .why{display:none}.score-table{font-size:.82rem}.score-table .verdict{padding:1px 7px}.data{font-size:.82rem}.data tbody th{white-space:normal}.data .why{display:none}}
text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif;fill:var(--soft)}
text.strong{fill:var(--ink)}
.grid{stroke:var(--grid)}.lane{stroke:var(--line)}.axis{stroke:var(--soft)}
path.s,path.l-fair,path.l-index,path.h,.legend line{fill:none;stroke-linejoin:round;stroke-linecap:round}
.s{stroke-width:1.5;stroke-opacity:.9}
.s-chainlink{stroke:var(--chainlink)}.s-pyth{stroke:var(--pyth);stroke-dasharray:1 3}.s-redstone{stroke:var(--redstone);stroke-dasharray:7 3}.s-uniswap{stroke:var(--uniswap);stroke-dasharray:3 2}
.l-fair{stroke:var(--fair);stroke-width:2.2}.l-index{stroke:var(--index);stroke-width:1.6}
.a-index{fill:var(--index);fill-opacity:.18;stroke:none}
.h{stroke-width:1.2;stroke:var(--soft);stroke-opacity:.5}
.h-liquidated{stroke:var(--liq);stroke-opacity:.95}.h-wrongful{stroke:var(--bad);stroke-opacity:1;stroke-width:1.6}.h-insolvent{stroke:var(--theft);stroke-opacity:1;stroke-width:1.6}
.limit{stroke:var(--ink);stroke-width:1;stroke-dasharray:5 4}
circle{stroke:var(--page);stroke-width:1}
.m-liq{fill:var(--liq)}.m-wrong{fill:var(--w-bad)}.m-trip{fill:var(--index)}.m-theft{fill:var(--theft)}.m-hair{fill:var(--hair)}.m-fund{fill:var(--fund)}
.w-penalty{fill:var(--w-penalty)}.w-fund{fill:var(--w-fund)}.w-backstop{fill:var(--w-backstop)}.w-haircut{fill:var(--w-haircut)}.w-bad{fill:var(--w-bad)}
.c-spot{fill:var(--uniswap)}.c-mean{fill:var(--redstone)}.c-edge{fill:var(--index)}
.b-0{fill:var(--b0)}.b-1{fill:var(--b1)}.b-2{fill:var(--b2)}.b-3{fill:var(--b3)}.b-4{fill:var(--b4)}
@media print{.page{max-width:none}details{break-inside:avoid}section.scenario{break-before:page}}
`;
