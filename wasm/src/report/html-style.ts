/** The look of a report, in light and dark, with the playground's colours. @internal */
export const css = `
:root{color-scheme:light dark;--ground:#f4f6f6;--card:#fff;--ink:#12181a;--soft:#5f6b70;--line:#dde2e3;--mark:#8a2440;--good:#1d62b8;--ill:#ad4a00;--ill-ground:#fdf0e2}
@media(prefers-color-scheme:dark){:root{--ground:#0d1112;--card:#13181a;--ink:#e8edee;--soft:#8d999e;--line:#262e31;--mark:#ef9aae;--good:#86b8f5;--ill:#f5a55c;--ill-ground:#2f2113}}
*{box-sizing:border-box}
body{margin:0;padding:32px clamp(16px,4vw,48px);background:var(--ground);color:var(--ink);font:14px/1.5 ui-sans-serif,system-ui,-apple-system,"Segoe UI",sans-serif}
h1{margin:0 0 8px;font-size:20px;line-height:1.2;overflow-wrap:anywhere}
p{margin:0}
.figure strong{font-size:40px;line-height:1.2;letter-spacing:-.02em;font-variant-numeric:tabular-nums;margin-right:8px}
.figure span,.quiet,dt,small,em{color:var(--soft)}
.track{position:relative;max-width:640px;height:14px;margin:10px 0;border-radius:7px;background:var(--line)}
.track i{position:absolute;top:0;bottom:0;border-radius:7px;background:var(--mark);opacity:.35}
.track b{position:absolute;top:-3px;bottom:-3px;width:3px;margin-left:-1.5px;border-radius:2px;background:var(--mark)}
.track span{position:absolute;left:0;top:-20px;font-size:12px;color:var(--soft)}
.change{margin:20px 0 8px;padding:16px;max-width:960px;border:1px solid var(--line);border-radius:8px;background:var(--card)}
.change .track{margin:30px 0 6px}
.good{color:var(--good)}.ill{color:var(--ill)}
dl{display:flex;flex-wrap:wrap;gap:8px 28px;margin:14px 0}
dl div{display:flex;flex-direction:column-reverse}
dt{font-size:12px}dd{margin:0;font-size:16px;font-variant-numeric:tabular-nums}
input[name=show]{position:absolute;opacity:0;pointer-events:none}
nav{display:flex;flex-wrap:wrap;gap:6px;margin:20px 0 10px}
nav label{padding:4px 12px;border:1px solid var(--line);border-radius:99px;background:var(--card);cursor:pointer}
nav b{font-weight:500;color:var(--soft);font-variant-numeric:tabular-nums}
#show-all:checked~main label[for=show-all],#show-wrong:checked~main label[for=show-wrong],#show-failed:checked~main label[for=show-failed],#show-fixed:checked~main label[for=show-fixed],#show-broken:checked~main label[for=show-broken]{border-color:var(--mark);box-shadow:inset 0 0 0 1px var(--mark)}
body:has(input:focus-visible) nav{outline:2px solid var(--mark);outline-offset:4px}
#show-wrong:checked~main tbody tr:not(.wrong),#show-failed:checked~main tbody tr:not(.failed),#show-fixed:checked~main tbody tr:not(.fixed),#show-broken:checked~main tbody tr:not(.broken){display:none}
.rows{overflow:auto;max-height:85vh;border:1px solid var(--line);border-radius:8px;background:var(--card)}
.rows:focus-visible{outline:2px solid var(--mark)}
table{border-collapse:collapse;width:100%;font-size:13px}
th,td{padding:8px 12px;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
tr:last-child>*{border-bottom:0}
thead th{position:sticky;top:0;z-index:1;background:var(--card);box-shadow:inset 0 -1px var(--line);font-weight:600;white-space:nowrap}
thead small,.score small{display:block;font-weight:400;font-size:11px}
tbody th{font-weight:400;color:var(--soft);font-variant-numeric:tabular-nums}
td div{max-height:12em;min-width:7em;max-width:44em;overflow:auto;white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:isolate}
.got{color:var(--mark)}
.score{font-variant-numeric:tabular-nums;white-space:nowrap}
.wrong .score,.failed .score{color:var(--ill);font-weight:600}
.failed>*{background:var(--ill-ground)}
.fixed .score small{color:var(--good)}.broken .score small{color:var(--ill)}
.note{color:var(--soft)}
main>.quiet{margin-top:10px}
@media print{body{padding:0;background:none}.rows{max-height:none;overflow:visible}nav{display:none}td div{max-height:none}}
`;
